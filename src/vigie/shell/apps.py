from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "vigie.shell"
    label = "shell"
