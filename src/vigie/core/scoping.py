"""Managers that only answer inside a scope: a query outside one raises."""

from typing import Any

from django.db import models
from django_scopes import ScopedManager


def scoped(base: type[models.Manager[Any]] = models.Manager, **paths: str) -> models.Manager[Any]:
    """A manager filtered by the open scope: `scoped(community="session__community")`."""
    manager: models.Manager[Any] = ScopedManager(_manager_class=base, **paths)  # type: ignore[no-untyped-call]
    return manager
