from django.db import models

from vigie.core.fields import PublicIdField


class Mail(models.Model):
    """One mail to one address. `sealed` holds all that would be read of it, and is emptied once it has left."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        #: Given up: somebody has to look.
        DEAD = "dead"
        #: Not sent on purpose: out of date, or to an address that bounces.
        DROPPED = "dropped"

    #: Its Message-ID for ever: a mail that left twice is one mail to whoever compares.
    code = PublicIdField(unique=True)
    #: The name of its template.
    kind = models.CharField(max_length=80)
    #: A keyed hash of the address.
    recipient = models.CharField(max_length=64)
    sealed = models.TextField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    #: What it says is worth nothing afterwards, and nobody but its reader asked for it.
    useful_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=120, default="")

    class Meta:
        indexes = [
            models.Index("due_at", condition=models.Q(state="waiting"), name="mails_due"),
            models.Index("state", "asked_at", name="mails_by_state"),
        ]


class Bounce(models.Model):
    """A report that a mail did not arrive, or was not wanted. The same report twice is one row."""

    class Kind(models.TextChoices):
        HARD = "hard"
        SOFT = "soft"
        COMPLAINT = "complaint"

    recipient = models.CharField(max_length=64)
    report = models.CharField(max_length=64)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    #: As in RFC 3463: "5.1.1".
    status = models.CharField(max_length=12, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("recipient", "report", name="one_bounce_per_report")]
