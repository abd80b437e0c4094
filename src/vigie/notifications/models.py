from typing import ClassVar

from django.db import models

from vigie.communities.models import Membership
from vigie.core.scoping import scoped
from vigie.live.models import Session


class Notice(models.Model):
    """What somebody was last told of a session. `sequence` grows with every change, as their calendar wants it."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    sequence = models.PositiveIntegerField(default=0)
    #: A digest of title and time, "" once they were told that it is off for them.
    told = models.CharField(max_length=64)
    told_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Notice"]] = scoped(community="session__community")

    class Meta:
        constraints = [models.UniqueConstraint("session", "membership", name="one_notice_per_session")]


class Reminder(models.Model):
    """One reminder of a kind for one date: a session that moves is reminded of anew."""

    class Kind(models.TextChoices):
        DAY = "day"
        HOUR = "hour"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    starts_at = models.DateTimeField()
    at = models.DateTimeField()

    objects: ClassVar[models.Manager["Reminder"]] = scoped(community="session__community")

    class Meta:
        constraints = [
            models.UniqueConstraint("session", "membership", "kind", "starts_at", name="one_reminder_per_date")
        ]


class Silence(models.Model):
    """Mails of one kind that somebody does not want. Codes and notices of one's account are of no kind."""

    class Kind(models.TextChoices):
        SESSIONS = "sessions"

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    since = models.DateTimeField()

    objects: ClassVar[models.Manager["Silence"]] = scoped(community="membership__community")

    class Meta:
        constraints = [models.UniqueConstraint("membership", "kind", name="one_silence_per_kind")]
