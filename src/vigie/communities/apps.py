from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    name = "vigie.communities"
    label = "communities"

    def ready(self) -> None:
        from vigie.communities import checks, modules  # noqa: F401
