from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "vigie.live"
    label = "live"

    def ready(self) -> None:
        from vigie.live import modules  # noqa: F401
