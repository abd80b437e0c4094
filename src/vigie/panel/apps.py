from django.apps import AppConfig


class PanelConfig(AppConfig):
    name = "vigie.panel"
    label = "panel"

    def ready(self) -> None:
        from vigie.panel import modules  # noqa: F401
