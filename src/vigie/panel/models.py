from django.db import models

from vigie.communities.models import Membership, Owned
from vigie.panel.rules import LONGEST_REASON, ReasonKind


class IdentityRead(Owned):
    """One look at who is behind a pseudonym. The person reads this line; the database refuses to change it."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="identity_reads")
    reader = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=[(one.value, one.value) for one in ReasonKind])
    reason = models.CharField(max_length=LONGEST_REASON)
    at = models.DateTimeField()
