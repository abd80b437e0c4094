from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from vigie.communities.access import Role
from vigie.core.fields import PublicIdField
from vigie.core.scoping import scoped


class Community(models.Model):
    """A brand's or a public service's panel. Its theme is six numbers: the system derives every colour from them.

    Every page reads this row: long texts live in `models/opening.py`.
    """

    class Kind(models.TextChoices):
        BRAND = "brand"
        PUBLIC_SERVICE = "public_service"

    class Wording(models.TextChoices):
        """What the people it brings together are called."""

        CUSTOMERS = "customers"
        USERS = "users"

    slug = models.SlugField(max_length=40, unique=True, validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$")])
    name = models.CharField(max_length=80)
    brand = models.CharField(max_length=60)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="fr")
    time_zone = models.CharField(max_length=64, default="Europe/Paris")
    contact_phone = models.CharField(max_length=30, blank=True)
    contact_email = models.EmailField(blank=True)
    cap = models.PositiveIntegerField(default=400)
    #: Active and suspended members; the team, observers and those who wait take none. Moved by actions alone.
    seats_taken = models.PositiveIntegerField(default=0)
    brand_hue = models.FloatField(default=192, validators=[MinValueValidator(0), MaxValueValidator(360)])
    brand_chroma = models.FloatField(default=0.095, validators=[MinValueValidator(0), MaxValueValidator(0.17)])
    accent_hue = models.FloatField(default=88, validators=[MinValueValidator(0), MaxValueValidator(360)])
    accent_chroma = models.FloatField(default=0.165, validators=[MinValueValidator(0), MaxValueValidator(0.18)])
    ground_hue = models.FloatField(default=200, validators=[MinValueValidator(0), MaxValueValidator(360)])
    corner = models.FloatField(default=1, validators=[MinValueValidator(0), MaxValueValidator(1.5)])
    #: The code of its image, "" for the product's own mark.
    logo = models.CharField(max_length=12, blank=True)
    kind = models.CharField(max_length=14, choices=Kind.choices, default=Kind.BRAND)
    wording = models.CharField(max_length=9, choices=Wording.choices, default=Wording.CUSTOMERS)
    #: Number of the charter in force; 0 before the first.
    charter_number = models.PositiveIntegerField(default=0)
    #: Until then it exists for its team alone.
    opened_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    @property
    def theme_key(self) -> str:
        """Changes with the theme, so that a browser asks for the new style sheet at once."""
        numbers = (self.brand_hue, self.brand_chroma, self.accent_hue, self.accent_chroma, self.ground_hue, self.corner)
        return "-".join(f"{number:g}" for number in numbers)


class Owned(models.Model):
    """Belongs to one community, and can only be read inside its scope: a query outside one raises."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    objects: ClassVar[models.Manager[Any]] = scoped(community="community")

    class Meta:
        abstract = True


class Membership(Owned):
    """A persona: what one person is in one community. Random public id, own flag, nothing that names the person."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        SUSPENDED = "suspended"
        REMOVED = "removed"
        #: Joined, and no seat was free.
        WAITING = "waiting"
        LEFT = "left"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    public_id = PublicIdField(unique=True)
    pseudonym = models.CharField(max_length=40)
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    title = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.ACTIVE)
    expires_at = models.DateTimeField(null=True, blank=True)
    flag_seed = PublicIdField()
    #: The last charter that they accepted, read with the membership: every page knows. The proof is `Acceptance`.
    charter_accepted = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("community", "person", name="one_role_per_person"),
            # Those who were forgotten are all called the same.
            models.UniqueConstraint(
                "community", Lower("pseudonym"), condition=Q(erased_at=None), name="one_pseudonym_per_community"
            ),
        ]

    def is_active(self, at: datetime) -> bool:
        return self.status == self.Status.ACTIVE and (self.expires_at is None or self.expires_at > at)


class FreedPseudonym(Owned):
    """A pseudonym whose member was forgotten, under a hash: nobody else is called so for two years."""

    key = models.CharField(max_length=64)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("community", "key", name="one_row_per_freed_pseudonym")]
