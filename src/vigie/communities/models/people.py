from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from vigie.communities.access import Role
from vigie.communities.models.community import Membership, Owned
from vigie.communities.rules import Agreement, Ending
from vigie.core.fields import CodeField


class Invitation(Owned):
    """One address may come in once, here, in this role. Of its key, the database knows a keyed hash alone.

    It does not say who came in with it: this list of addresses must not name the pseudonyms.
    """

    code = CodeField()
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    title = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="fr")
    key_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    #: When its reader asked for the code: to look at it changes nothing.
    opened_at = models.DateTimeField(null=True, blank=True)
    #: "" while it stands; once ended, it never stands again.
    ended = models.CharField(max_length=8, blank=True, choices=[(one.value, one.value) for one in Ending])
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "community", Lower("email"), condition=models.Q(ended=""), name="one_standing_invitation_per_address"
            )
        ]


class PseudonymClaim(Owned):
    """A pseudonym that somebody has, or had: nobody else takes it, nor one that the eye could mistake for it."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="claims")
    pseudonym = models.CharField(max_length=40)
    #: `rules.skeleton(pseudonym)`.
    skeleton = models.CharField(max_length=200)
    since = models.DateTimeField()
    freed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("community", "skeleton", name="one_claim_per_likeness")]


class Consent(Owned):
    """One answer to one question, under one charter. The database refuses to change one: the last is the one in force.

    `notice` is the SHA-256 of the privacy notice that was read.
    """

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=13, choices=[(one.value, one.value) for one in Agreement])
    given = models.BooleanField()
    charter = models.PositiveIntegerField()
    notice = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
