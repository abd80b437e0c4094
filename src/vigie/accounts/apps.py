from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "vigie.accounts"
    label = "accounts"

    def ready(self) -> None:
        from vigie.accounts import handlers, modules  # noqa: F401
