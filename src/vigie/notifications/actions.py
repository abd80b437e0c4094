"""One mail to each person concerned, in the transaction of the fact that causes it; once, however often it is asked."""

from datetime import datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django_scopes import scope, scopes_disabled

from vigie.accounts.queries import zone_of
from vigie.communities.access import Actor
from vigie.communities.models import Membership
from vigie.core import clock
from vigie.live.models import Assignment, Seat, Session
from vigie.live.protocol.state import Duty, Phase
from vigie.live.queries.sessions import is_over
from vigie.mails import actions as mails
from vigie.notifications.models import Notice, Reminder, Silence
from vigie.notifications.queries import address_of
from vigie.notifications.rules import Appointment, calendar, digest
from vigie.shell.mails import Calendar, send_mail

#: Whose token it is: no other page reads it, and it opens nothing else.
_signer = Signer(salt="vigie.notifications.unsubscribe")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def invite(community_id: int, session_id: int, membership_id: int) -> None:
    """They have a place: the date, the link, and the appointment for their calendar."""
    with scope(community=community_id):
        session, membership = _both(session_id, membership_id)
        part = _part(session, membership)
        if part:
            _tell(session, membership, part, "invited")


def withdraw(community_id: int, session_id: int, membership_id: int) -> None:
    """They no longer have one. Nothing to somebody who was never told that they had."""
    with scope(community=community_id):
        session, membership = _both(session_id, membership_id)
        if _part(session, membership):
            return
        notice = Notice.objects.filter(session=session, membership=membership).exclude(told="").first()
        if notice:
            _write(notice, "")
            _mail(session, membership, "", "withdrawn", notice.sequence, method="CANCEL")


def tell_changes(community_id: int, session_id: int) -> None:
    """Another title or another time, to those who were told the one before. A change of the guide is nobody's mail."""
    with scope(community=community_id):
        session = Session.objects.select_related("community").get(id=session_id)
        notices = Notice.objects.filter(session=session).exclude(told__in=["", _digest(session)])
        for notice in notices.select_related("membership__person").order_by("id"):
            part = _part(session, notice.membership)
            if part:
                _tell(session, notice.membership, part, "moved")


def _tell(session: Session, membership: Membership, part: str, what: str) -> None:
    told = _digest(session)
    notice = Notice.objects.filter(session=session, membership=membership).first()
    if is_over(session, clock.now()) or (notice is not None and notice.told == told):
        return
    if notice is None:
        notice = Notice.objects.create(session=session, membership=membership, told=told, told_at=clock.now())
    else:
        _write(notice, told)
    _mail(session, membership, part, what, notice.sequence, method="REQUEST")


def _write(notice: Notice, told: str) -> None:
    notice.sequence, notice.told, notice.told_at = notice.sequence + 1, told, clock.now()
    notice.save(update_fields=["sequence", "told", "told_at"])


def _both(session_id: int, membership_id: int) -> tuple[Session, Membership]:
    session = Session.objects.select_related("community").get(id=session_id)
    return session, Membership.objects.select_related("person").get(id=membership_id)


def _part(session: Session, membership: Membership) -> str:
    """`seat`, `moderator`, `observer`, or "" for whoever has no place in it today."""
    if not membership.is_active(clock.now()) or not membership.person.is_active:
        return ""
    if Seat.objects.filter(session=session, membership=membership).exclude(state=Seat.State.REMOVED).exists():
        return "seat"
    duty = Assignment.objects.filter(session=session, membership=membership).values_list("duty", flat=True).first()
    return Duty(duty).value if duty else ""


def _digest(session: Session) -> str:
    return digest(session.title, session.starts_at, session.minutes, session.time_zone)


# Reminders --------------------------------------------------------------------


def remind(now: datetime) -> int:
    """A day before and an hour before, once each; returns how many. Nobody is reminded of what they have just read."""
    with scopes_disabled():
        soon = list(
            Session.objects.filter(phase=Phase.PLANNED, starts_at__gt=now, starts_at__lte=now + DAY).select_related(
                "community"
            )
        )
    return sum(_remind_of(session, now) for session in soon)


def _remind_of(session: Session, now: datetime) -> int:
    kind, ahead = (Reminder.Kind.HOUR, HOUR) if session.starts_at - now <= HOUR else (Reminder.Kind.DAY, DAY)
    sent = 0
    with scope(community=session.community_id):
        done = Reminder.objects.filter(session=session, kind=kind, starts_at=session.starts_at)
        notices = (
            Notice.objects.filter(session=session, told_at__lt=session.starts_at - ahead)
            .exclude(told="")
            .exclude(membership__in=done.values("membership"))
            .select_related("membership__person")
        )
        for notice in notices.order_by("id"):
            part = _part(session, notice.membership)
            if part and _first_time(session, notice.membership, kind, now, part):
                sent += 1
    return sent


def _first_time(session: Session, membership: Membership, kind: Reminder.Kind, now: datetime, part: str) -> bool:
    """Two jobs at once: the constraint refuses the second, with its mail."""
    try:
        with transaction.atomic():
            Reminder.objects.create(
                session=session, membership=membership, kind=kind, starts_at=session.starts_at, at=now
            )
            _mail(session, membership, part, f"reminder_{kind.value}", 0)
    except IntegrityError:
        return False
    return True


# One mail ---------------------------------------------------------------------


def _mail(session: Session, membership: Membership, part: str, what: str, sequence: int, *, method: str = "") -> None:
    """Title, date, link: nothing of what will be said, and of nobody else."""
    if Silence.objects.filter(membership=membership, kind=Silence.Kind.SESSIONS).exists():
        return
    person, community = membership.person, session.community
    appointment = _appointment(session, membership, sequence)
    zone = zone_of(person.time_zone)
    offsets = {session.starts_at.astimezone(one).utcoffset() for one in (zone, zone_of(session.time_zone))}
    send_mail(
        f"notifications/email/{what}",
        person.email,
        language=person.language,
        zone=zone,
        calendar=Calendar(calendar(appointment, method), method) if method else None,
        unsubscribe=unsubscribe_address(membership),
        title=session.title,
        community=community.name,
        called=membership.pseudonym,
        part=part,
        starts_at=session.starts_at,
        doors_at=session.doors_at,
        minutes=session.minutes,
        session_zone=session.time_zone,
        elsewhere=len(offsets) > 1,
        link=appointment.link,
    )


def _appointment(session: Session, membership: Membership, sequence: int) -> Appointment:
    host = urlsplit(settings.BASE_URL).hostname
    uid = salted_hmac("vigie.notifications.uid", f"{session.code}:{membership.public_id}", algorithm="sha256")
    path = reverse("live:session", args=[session.community.slug, session.code])
    return Appointment(
        uid=f"{uid.hexdigest()[:32]}@{host}",
        sequence=sequence,
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        link=f"{settings.BASE_URL}{path}",
        organiser=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        stamped_at=clock.now(),
    )


def has_part(actor: Actor, session: Session) -> bool:
    """A seat or a duty of one's own: a manager who only plans has no appointment."""
    if actor.membership is None:
        return False
    with scope(community=actor.community):
        return bool(_part(session, actor.membership))


def calendar_file(actor: Actor, session: Session) -> str:
    """One's own appointment, under the name that the mails give it: a calendar that has both shows one."""
    membership = actor.membership
    assert membership is not None
    with scope(community=actor.community):
        notice = Notice.objects.filter(session=session, membership=membership).first()
    return calendar(_appointment(session, membership, notice.sequence if notice else 0), "PUBLISH")


# What one wants to receive -----------------------------------------------------


def unsubscribe_address(membership: Membership) -> str:
    token = _signer.sign(f"{Silence.Kind.SESSIONS.value}.{membership.public_id}")
    return f"{settings.BASE_URL}{reverse('unsubscribe')}?token={token}"


def who_unsubscribes(token: str) -> Membership | None:
    """Whose mails a link is about. The token was made for this alone."""
    try:
        _kind, _, public_id = _signer.unsign(token).partition(".")
    except BadSignature:
        return None
    with scopes_disabled():
        found: Membership | None = Membership.objects.select_related("community").filter(public_id=public_id).first()
    return found


def silence(membership: Membership, quiet: bool) -> None:
    """No more mails of sessions, or again. Twice is once."""
    with transaction.atomic(), scope(community=membership.community_id):
        if quiet:
            Silence.objects.get_or_create(
                membership=membership, kind=Silence.Kind.SESSIONS, defaults={"since": clock.now()}
            )
        else:
            Silence.objects.filter(membership=membership, kind=Silence.Kind.SESSIONS).delete()


def is_silent(membership: Membership) -> bool:
    with scope(community=membership.community_id):
        return Silence.objects.filter(membership=membership).exists()


def write_again(actor: Actor, public_id: str) -> None:
    """Forget what bounced. The next mail finds out."""
    with transaction.atomic():
        mails.lift(address_of(actor, public_id))
