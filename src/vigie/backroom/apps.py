from django.apps import AppConfig


class BackroomConfig(AppConfig):
    name = "vigie.backroom"
    label = "backroom"

    def ready(self) -> None:
        from vigie.backroom.rules import LIMIT
        from vigie.shell.jinja import GLOBALS

        # The pane is a part of live's page, whose view cannot know it.
        GLOBALS["confidential_limit"] = LIMIT
