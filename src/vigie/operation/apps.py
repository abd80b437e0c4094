from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OperationConfig(AppConfig):
    name = "vigie.operation"
    label = "operation"

    def ready(self) -> None:
        autodiscover_modules("retention")
