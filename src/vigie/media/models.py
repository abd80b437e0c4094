from pathlib import Path

from django.conf import settings
from django.db import models

from vigie.communities.models import Owned
from vigie.core.fields import CodeField


def folder() -> Path:
    return Path(settings.DATA_DIR) / "files" / "images"


class Image(Owned):
    """A picture that the workshop drew: a PNG under a random name, nothing of the file that was sent."""

    code = CodeField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    @property
    def path(self) -> Path:
        return folder() / f"{self.code}.png"
