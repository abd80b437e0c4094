from django.db import models
from django.db.models.functions import Lower

from vigie.communities.access import Role
from vigie.communities.models.charter import CharterText
from vigie.communities.models.community import Membership, Owned
from vigie.communities.rules import DEFAULT_REGULAR, DEFAULT_TARGET, ObjectiveKind


class Preparation(CharterText, Owned):
    """What the opening's six steps were answered. Its charter is a draft: members read the published versions."""

    target = models.PositiveIntegerField(default=DEFAULT_TARGET)
    #: Per cent of the members who should take part regularly.
    regular = models.PositiveIntegerField(default=DEFAULT_REGULAR)
    #: Seats opened one stage after another: "25, 50, 100".
    ramp_up = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    renews_on = models.DateField(null=True, blank=True)
    #: Names of the steps answered so far.
    kept = models.JSONField(default=list)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint("community", name="one_preparation_per_community")]


class Objective(Owned):
    """What the community must change: where it starts from, where it should be, and when."""

    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in ObjectiveKind])
    indicator = models.CharField(max_length=120)
    baseline = models.IntegerField(default=0)
    target = models.IntegerField()
    due = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint("community", "kind", name="one_objective_of_each_kind")]


class SizeReason(Owned):
    """Why a community is larger than the default. The fact holds this row's id: facts hold no free text."""

    cap = models.PositiveIntegerField()
    reason = models.TextField(max_length=2000)
    given_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField()


class Teammate(Owned):
    """Somebody wanted in the team: invited when the doors open."""

    email = models.EmailField()
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    title = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("community", Lower("email"), name="one_wanted_role_per_address")]
