from typing import ClassVar

from django.db import models

from vigie.core.scoping import scoped
from vigie.live.models import Assignment, Session


class RemarkKind(models.TextChoices):
    REMARK = "remark"
    QUESTION = "question"
    PROBE = "probe"


class BackRoom(models.Model):
    """One a session, made at its first remark. Its counter is its own: the session's row is never touched."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="+")
    last_seq = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["BackRoom"]] = scoped(community="session__community")


class Remark(models.Model):
    """A line of the confidential log, numbered 1…n without a hole. `quote` is the number of a front line, or None."""

    room = models.ForeignKey(BackRoom, on_delete=models.PROTECT, related_name="remarks", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=RemarkKind.choices)
    author = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    client_id = models.CharField(max_length=36)
    text = models.TextField()
    quote = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()

    objects: ClassVar[models.Manager["Remark"]] = scoped(community="room__session__community")

    class Meta:
        constraints = [
            models.UniqueConstraint("room", "seq", name="one_remark_per_number"),
            models.UniqueConstraint("room", "author", "client_id", name="one_remark_per_client_id"),
        ]
