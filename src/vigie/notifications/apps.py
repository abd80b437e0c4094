from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "vigie.notifications"
    label = "notifications"

    def ready(self) -> None:
        from vigie.notifications import modules  # noqa: F401
