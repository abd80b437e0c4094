from django.apps import AppConfig


class MailsConfig(AppConfig):
    name = "vigie.mails"
    label = "mails"

    def ready(self) -> None:
        from vigie.mails import door  # noqa: F401
