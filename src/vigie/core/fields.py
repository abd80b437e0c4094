"""A column filled with a random public name; migrations see a plain CharField."""

from collections.abc import Callable
from typing import Any

from django.db import models

from vigie.core.codes import new_code, new_public_id


class _Random(models.CharField):
    make: Callable[[], str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["default"] = type(self).make
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("default")
        return name, "django.db.models.CharField", list(args), dict(kwargs)


class CodeField(_Random):
    """A code for URLs and sockets (`core.codes.new_code`), unique."""

    make = staticmethod(new_code)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 12, "unique": True, **kwargs})


class PublicIdField(_Random):
    """128 random bits (`core.codes.new_public_id`)."""

    make = staticmethod(new_public_id)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 32, **kwargs})
