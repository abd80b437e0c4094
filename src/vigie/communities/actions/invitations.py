"""Inviting: the address, the role, the key that is mailed, and what ends an invitation."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_scopes import scope

from vigie.accounts.queries import zone_of
from vigie.communities import facts
from vigie.communities.access import READS_CHARTER, STAFF, Actor, Can, Role
from vigie.communities.models import Community, Invitation, Membership, Teammate
from vigie.communities.queries.charters import charter_in_force
from vigie.communities.queries.people import addresses_here, get_invitation, state_of
from vigie.communities.rules import INVITATION_DAYS, STANDING, Ending, InvitationState, addresses
from vigie.core import clock
from vigie.core.errors import Refused
from vigie.facts.actions import emit
from vigie.shell.mails import send_mail

#: Whom a manager may invite; a manager is named by the platform alone.
INVITED_ROLES = (Role.MEMBER, Role.EXPERT, Role.MODERATOR, Role.OBSERVER)
MOST = 200
WORDS = {
    "sent": _("The invitation is on its way."),
    "invalid": _("This is not an e-mail address."),
    "twice": _("It is already above."),
    "already_invited": _("An invitation already stands. Send it again from the list, or revoke it."),
    "already_here": _("Somebody of this community has this address."),
}


@dataclass(frozen=True)
class Verdict:
    """What became of one line."""

    typed: str
    code: str

    @property
    def is_sent(self) -> bool:
        return self.code == "sent"


# The key ------------------------------------------------------------------------------------------------------------


def key_of(invitation: Invitation) -> str:
    """What the mail carries: made anew from the installation's secret, written nowhere."""
    made = salted_hmac("vigie.communities.invitation.key", invitation.code, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def hash_of(key: str) -> str:
    return salted_hmac("vigie.communities.invitation.hash", key, algorithm="sha256").hexdigest()


# Sending ------------------------------------------------------------------------------------------------------------


def invite(actor: Actor, typed: str, *, role: Role, language: str) -> list[Verdict]:
    """One invitation for each address of a pasted list that can have one; what became of every line."""
    mine = actor.need_manager(Can.INVITE)
    lines = addresses(typed)
    if role not in INVITED_ROLES:
        raise Refused("not_yours_to_give", _("You cannot give this role."))
    if actor.community.opened_at is None and role not in STAFF:
        raise Refused("not_open", _("Members are invited once the doors are open. The team can come before."))
    if not lines:
        raise Refused("nobody", _("Type an address, or several."))
    if len(lines) > MOST:
        raise Refused("too_many", _("Two hundred addresses at most in one go."))
    here = addresses_here(actor.community, [one.lower() for one in lines])
    verdicts, seen = [], set()
    for line in lines:
        email = line.lower()
        code = "twice" if email in seen else "already_here" if email in here else ""
        seen.add(email)
        verdicts.append(Verdict(line, code or _invite_one(actor.community, mine, email, role, "", language)))
    return verdicts


def _invite_one(community: Community, by: Membership | None, email: str, role: Role, title: str, language: str) -> str:
    """An invitation that ran out gives way to this one; one that stands does not."""
    try:
        validate_email(email)
        if len(email) > 254 or not email.isascii():
            return "invalid"
    except ValidationError:
        return "invalid"
    now = clock.now()
    try:
        with transaction.atomic(), scope(community=community):
            Invitation.objects.filter(email__iexact=email, ended="", expires_at__lte=now).update(
                ended=Ending.REPLACED, ended_at=now
            )
            _write(community, by, email, role, title, language)
    except IntegrityError:
        return "already_invited"
    return "sent"


def _write(
    community: Community, by: Membership | None, email: str, role: Role, title: str, language: str
) -> Invitation:
    now = clock.now()
    made = Invitation(
        community=community,
        email=email,
        role=role,
        title=title,
        language=language,
        invited_by=by,
        created_at=now,
        expires_at=now + timedelta(days=INVITATION_DAYS),
    )
    made.key_hash = hash_of(key_of(made))
    made.save()
    emit(facts.InvitationSent(community=community.id, actor=by.id if by else None, invitation=made.id, role=role))
    _mail(community.id, made.id)
    return made


def _mail(community_id: int, invitation_id: int) -> None:
    from vigie.communities.tasks import wake

    transaction.on_commit(lambda: wake(community_id, invitation_id))


def invite_team(actor: Actor) -> int:
    """Those whom the opening named, and who have neither come nor been written to. Returns how many.

    The platform's administrators may: they named the manager, whom nobody else can.
    """
    actor.check(Can.EDIT_SETTINGS)
    community = actor.community
    with scope(community=community):
        team = list(Teammate.objects.order_by("id"))
        known = {
            email.lower()
            for email in Invitation.objects.filter(ended__in=["", Ending.ACCEPTED]).values_list("email", flat=True)
        }
    known |= addresses_here(community, [one.email.lower() for one in team])
    sent = 0
    for one in team:
        if one.email.lower() not in known:
            code = _invite_one(
                community, actor.membership, one.email.lower(), Role(one.role), one.title, community.language
            )
            sent += code == "sent"
    return sent


def send_again(actor: Actor, code: str) -> None:
    """Another key for the same address; the one of before opens nothing any more."""
    mine = actor.need_manager(Can.INVITE)
    old = get_invitation(actor, code)
    if state_of(old) not in STANDING | {InvitationState.EXPIRED}:
        raise Refused("over", _("This invitation is over. Invite the address anew."))
    with transaction.atomic(), scope(community=actor.community):
        now = clock.now()
        if not Invitation.objects.filter(id=old.id, ended="").update(ended=Ending.REPLACED, ended_at=now):
            raise Refused("over", _("This invitation is over. Invite the address anew."))
        _write(actor.community, mine, old.email, Role(old.role), old.title, old.language)


def revoke(actor: Actor, code: str) -> None:
    """Its key opens nothing any more."""
    mine = actor.need_manager(Can.INVITE)
    old = get_invitation(actor, code)
    with transaction.atomic(), scope(community=actor.community):
        now = clock.now()
        standing = Invitation.objects.filter(id=old.id, ended="", expires_at__gt=now)
        if not standing.update(ended=Ending.REVOKED, ended_at=now):
            raise Refused("over", _("This invitation is already over."))
        emit(facts.InvitationRevoked(community=actor.community.id, actor=mine.id, invitation=old.id))


# The mails ----------------------------------------------------------------------------------------------------------


def mail_invitation(community_id: int, invitation_id: int) -> None:
    """The one mail of an invitation that still stands and was not mailed."""
    with scope(community=community_id):
        found = (
            Invitation.objects.select_related("community", "invited_by")
            .filter(id=invitation_id, ended="", mailed_at=None, expires_at__gt=clock.now())
            .first()
        )
    if found is None:
        return
    community = found.community
    charter = charter_in_force(community)
    send_mail(
        "communities/email/invitation",
        found.email,
        language=found.language,
        zone=zone_of(community.time_zone),
        community=community,
        role=found.role,
        is_member=found.role in READS_CHARTER,
        inviter=found.invited_by.pseudonym if found.invited_by else community.brand,
        title=found.invited_by.title if found.invited_by else "",
        sponsor=charter.sponsor if charter else community.brand,
        link=f"{settings.BASE_URL}{reverse('join-key', args=[key_of(found)])}",
        expires_at=found.expires_at,
    )
    with scope(community=community_id):
        Invitation.objects.filter(id=found.id).update(mailed_at=clock.now())


def mail_admission(community_id: int, membership_id: int) -> None:
    """A seat is free: the one who waited is told."""
    with scope(community=community_id):
        found = (
            Membership.objects.select_related("community", "person")
            .filter(id=membership_id, status=Membership.Status.ACTIVE)
            .first()
        )
    if found is None:
        return
    send_mail(
        "communities/email/admission",
        found.person.email,
        language=found.person.language,
        zone=zone_of(found.person.time_zone),
        community=found.community,
        pseudonym=found.pseudonym,
        link=f"{settings.BASE_URL}{reverse('home')}",
    )


def unmailed() -> Sequence[tuple[int, int]]:
    """Invitations that a lost job left behind."""
    from django_scopes import scopes_disabled

    with scopes_disabled():
        rows = Invitation.objects.filter(
            ended="", mailed_at=None, created_at__lt=clock.now() - timedelta(minutes=5), expires_at__gt=clock.now()
        )
        return list(rows.values_list("community_id", "id")[:200])
