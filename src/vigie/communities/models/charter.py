from django.db import models

from vigie.communities.models.community import Membership, Owned
from vigie.communities.rules import Independence


class CharterText(models.Model):
    """What both sides promise each other."""

    sponsor = models.CharField(max_length=200, blank=True)
    readers = models.TextField(max_length=2000, blank=True)
    data_use = models.TextField(max_length=4000, blank=True)
    members_get = models.TextField(max_length=2000, blank=True)
    brand_conventions = models.TextField(max_length=4000, blank=True)
    member_conventions = models.TextField(max_length=4000, blank=True)
    independence = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in Independence], default=Independence.BRAND_LED.value
    )
    privacy_notice = models.TextField(max_length=20000, blank=True)

    class Meta:
        abstract = True


class CharterVersion(CharterText, Owned):
    """A charter as it was published. The database refuses to change one: what was accepted stays as it was read."""

    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("community", "number", name="one_charter_of_each_number")]


class Acceptance(Owned):
    """One membership has accepted one charter."""

    charter = models.ForeignKey(CharterVersion, on_delete=models.PROTECT, related_name="acceptances")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="acceptances")
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("charter", "membership", name="one_acceptance_each")]
