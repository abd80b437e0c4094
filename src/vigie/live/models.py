from datetime import datetime, timedelta
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import QuerySet

from vigie.communities.models import Membership, Owned
from vigie.core.fields import CodeField, PublicIdField
from vigie.core.scoping import scoped
from vigie.live.protocol.state import Duty, ItemKind, Phase


class Session(Owned):
    """One meeting. `phase` and `last_seq` are written only beside the line that moves them."""

    code = CodeField()
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=80)
    agenda = models.TextField(max_length=2000, blank=True)
    starts_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    minutes = models.PositiveSmallIntegerField(default=75, validators=[MinValueValidator(5), MaxValueValidator(480)])
    doors_minutes = models.PositiveSmallIntegerField(default=10, validators=[MaxValueValidator(30)])
    min_seats = models.PositiveSmallIntegerField(default=8)
    max_seats = models.PositiveSmallIntegerField(default=16, validators=[MinValueValidator(1)])
    answer_limit = models.PositiveIntegerField(default=2000)
    pace_seconds = models.FloatField(default=1.0)
    phase = models.CharField(
        max_length=8, default=Phase.PLANNED.value, choices=[(phase.value, phase.value) for phase in Phase]
    )
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    last_seq = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("community", "number", name="one_session_per_number")]
        indexes = [models.Index("community", "starts_at", name="sessions_of_a_community")]

    @property
    def doors_at(self) -> datetime:
        return self.starts_at - timedelta(minutes=self.doors_minutes)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class Seat(models.Model):
    """A participant's place. Alias and flag are drawn for this session alone, so that two sessions cannot be joined."""

    class State(models.TextChoices):
        INVITED = "invited"
        ADMITTED = "admitted"
        REMOVED = "removed"

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="seats")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="seats")
    code = CodeField()
    alias = models.CharField(max_length=40)
    flag_seed = PublicIdField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.INVITED)

    objects: ClassVar[models.Manager["Seat"]] = scoped(community="session__community")

    class Meta:
        constraints = [
            models.UniqueConstraint("session", "membership", name="one_seat_per_member"),
            models.UniqueConstraint("session", "alias", name="one_alias_per_session"),
        ]


class HeldDuties(models.Manager["Assignment"]):
    def get_queryset(self) -> "QuerySet[Assignment]":
        return super().get_queryset().filter(withdrawn_at=None)


class Assignment(models.Model):
    """A staff member's place in a session: to moderate it, or to watch it and speak to the moderator.

    A duty that was withdrawn stays written, since lines and remarks name their author: `objects` does not know it,
    `ever` does.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="assignments")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="assignments")
    code = CodeField()
    duty = models.CharField(max_length=9, choices=[(duty.value, duty.value) for duty in Duty])
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Assignment"]] = scoped(HeldDuties, community="session__community")
    ever: ClassVar[models.Manager["Assignment"]] = scoped(community="session__community")

    class Meta:
        constraints = [models.UniqueConstraint("session", "membership", name="one_duty_per_session")]


class GuideItem(models.Model):
    """One step of the guide. Staff alone read it before it is launched; an instruction, they alone ever read."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="guide")
    code = CodeField()
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=11, choices=[(kind.value, kind.value) for kind in ItemKind])
    text = models.TextField(max_length=2000)
    minutes = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(240)])
    must_ask = models.BooleanField(default=False)

    objects: ClassVar[models.Manager["GuideItem"]] = scoped(community="session__community")

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index("session", "position", name="guide_of_a_session")]


class Logged(models.Model):
    """A numbered line of a log. `seq` runs from 1 to n without a hole; `at` is the server's clock, UTC."""

    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    author = models.CharField(max_length=12, default="")
    client_id = models.CharField(max_length=36, default="")
    text = models.TextField(default="")
    item = models.CharField(max_length=12, default="")
    target = models.PositiveIntegerField(null=True)
    mark = models.CharField(max_length=12, default="")
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Line(Logged):
    """The room's log: the truth of a session. Participants may come to see any of it, staff's own words never."""

    # No constraint in the database: it would look the session up once a line, on PostgreSQL for longer than all the
    # rest takes. The counter that moves in the same statement proves that the session is there; `verify` looks again.
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="lines", db_constraint=False, db_index=False
    )
    objects: ClassVar[models.Manager["Line"]] = scoped(community="session__community")

    class Meta:
        constraints = [
            models.UniqueConstraint("session", "seq", name="one_line_per_number"),
            models.UniqueConstraint(
                "session", "author", "client_id", condition=~models.Q(client_id=""), name="one_line_per_client_id"
            ),
        ]


class SideLog(models.Model):
    """A log that some viewers may not even count: `staff` (instructions reached), later one per private line."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="side_logs")
    name = models.CharField(max_length=12)
    last_seq = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager["SideLog"]] = scoped(community="session__community")

    class Meta:
        constraints = [models.UniqueConstraint("session", "name", name="one_side_log_per_name")]


class SideLine(Logged):
    log = models.ForeignKey(SideLog, on_delete=models.PROTECT, related_name="lines", db_index=False)

    objects: ClassVar[models.Manager["SideLine"]] = scoped(community="log__session__community")

    class Meta:
        constraints = [
            models.UniqueConstraint("log", "seq", name="one_side_line_per_number"),
            models.UniqueConstraint(
                "log", "author", "client_id", condition=~models.Q(client_id=""), name="one_side_line_per_client_id"
            ),
        ]


class TranscriptFile(models.Model):
    """A transcript as a file, for the one who asked. The file's name on disk is `code` and the format, nothing else."""

    class Format(models.TextChoices):
        HTML = "html"
        JSON = "json"

    class Identity(models.TextChoices):
        ALIAS = "alias"
        PSEUDONYM = "pseudonym"
        ID = "id"

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        FAILED = "failed"

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="transcript_files")
    requested_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    code = PublicIdField(unique=True)
    format = models.CharField(max_length=4, choices=Format.choices)
    identity = models.CharField(max_length=9, choices=Identity.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    sha256 = models.CharField(max_length=64, default="")
    size = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(auto_now_add=True)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    objects: ClassVar[models.Manager["TranscriptFile"]] = scoped(community="session__community")

    class Meta:
        indexes = [
            models.Index("session", "requested_by", name="transcripts_of_a_reader"),
            models.Index("expires_at", name="transcripts_by_expiry"),
        ]
