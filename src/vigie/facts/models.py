from django.db import models


class Entry(models.Model):
    """One fact, as it was. Plain ids: no foreign key, so that nothing cascades into history."""

    community_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField()
    data = models.JSONField()
    at = models.DateTimeField()
    position = models.PositiveBigIntegerField(null=True)
    seal = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [models.UniqueConstraint("community_id", "position", name="one_entry_per_position")]
        indexes = [
            models.Index("community_id", "id", name="history_of_a_community"),
            models.Index("community_id", condition=models.Q(position=None), name="entries_to_seal"),
        ]


class Chain(models.Model):
    """How far a community's history was sealed: without it, entries cut off its end would leave no trace."""

    community_id = models.BigIntegerField(unique=True)
    length = models.PositiveBigIntegerField()
    seal = models.CharField(max_length=64)


class Delivery(models.Model):
    """One listener's turn with one fact."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        DEAD = "dead"

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="deliveries")
    listener = models.CharField(max_length=160)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [models.UniqueConstraint("entry", "listener", name="one_turn_per_listener")]
        indexes = [models.Index("due_at", condition=models.Q(state="waiting"), name="deliveries_due")]
