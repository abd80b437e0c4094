from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "vigie.media"
    label = "media"

    def ready(self) -> None:
        from vigie.media import modules, retention  # noqa: F401
