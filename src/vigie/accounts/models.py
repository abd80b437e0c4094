from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models.functions import Lower

from vigie.accounts.rules import DeviceKind
from vigie.core.fields import CodeField, PublicIdField


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """A real human being. Public templates, sockets and mails never receive one: they get a membership or a seat."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="fr")
    time_zone = models.CharField(max_length=64, default="Europe/Paris")
    is_active = models.BooleanField(default=True)
    is_platform_administrator = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_per_address")]


class SignIn(models.Model):
    """One browser in which a person is signed in, as their own page tells it. It ends with its session.

    Neither an address of the network nor the whole name that the browser gives itself is kept.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, primary_key=True, related_name="sign_in")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sign_ins")
    code = CodeField()
    browser = models.CharField(max_length=20, blank=True)
    system = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=8, choices=[(one.value, one.value) for one in DeviceKind])
    since = models.DateTimeField()
    #: To the hour.
    seen_at = models.DateTimeField()


class AddressChange(models.Model):
    """A person's address before and after. For three days the mailbox of before can take the account back."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="address_changes")
    before = models.EmailField()
    after = models.EmailField()
    at = models.DateTimeField()
    #: What the mail to the old address leads to: 128 random bits.
    undo = PublicIdField(unique=True)
    undone_at = models.DateTimeField(null=True)


class Erasure(models.Model):
    """Somebody asked to be forgotten. They can take it back until it is carried out; then the row is the proof."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="erasure")
    code = PublicIdField(unique=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    carried_out_at = models.DateTimeField(null=True)
    #: When the journal beside the database had it too.
    written_at = models.DateTimeField(null=True)


class DataFile(models.Model):
    """What the house knows of a person, as a file for that person alone. On disk it is called by its `code`."""

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        FAILED = "failed"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="data_files")
    code = PublicIdField(unique=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint("person", condition=models.Q(state="waiting"), name="one_data_file_under_way")
        ]


class Tries(models.Model):
    """How full the counter of a door is, for one network or one account. `core.day_key` says which: until midnight."""

    key = models.CharField(max_length=64, primary_key=True)
    #: Milliseconds since 1970.
    full_until = models.BigIntegerField()


class RevocationClock(models.Model):
    """One row, moved forward in the same transaction as anything that takes a right away.

    Live sockets compare it at every message and every second: rights are read again only when it moved.
    """

    tick = models.PositiveBigIntegerField(default=0)
