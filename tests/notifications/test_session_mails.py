"""What people receive when a session concerns them: one mail each, their own language, nobody else's name."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django_scopes import scope
from icalendar import Calendar

from tests.cast import Cast, make_meeting
from tests.mails.reading import appointment, opened
from vigie.accounts.models import Person
from vigie.core import clock
from vigie.facts.actions import deliver_due
from vigie.live.actions import plan
from vigie.live.models import Assignment, Seat, Session
from vigie.notifications import actions
from vigie.notifications.rules import Appointment, calendar

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def planned(cast: Cast) -> Session:
    """In three days, nobody invited yet."""
    with scope(community=cast.mariette):
        meeting = make_meeting(cast, seats=(), minutes_to_start=3 * 24 * 60, title="Bulk buying")
        Assignment.objects.all().delete()
    return meeting.session


def deliver() -> None:
    while deliver_due():
        pass


def give(cast: Cast, session: Session, *names: str) -> None:
    with scope(community=cast.mariette):
        for name in names:
            plan.give_seat(session, cast.members[name], actor=cast.actor("mona"))
    deliver()


def event(sent):
    (found,) = Calendar.from_ical(appointment(sent)).walk("VEVENT")
    return found


def method(sent) -> str:
    return str(Calendar.from_ical(appointment(sent))["METHOD"])


def test_a_seat_is_told_once_with_its_date_its_door_and_its_appointment(cast: Cast, planned: Session):
    give(cast, planned, "alice")
    actions.invite(cast.mariette.id, planned.id, cast.alice.id)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["alice@example.org"], "You are invited: Bulk buying")
    assert f"http://127.0.0.1:8000/c/mariette/live/{planned.code}/" in sent.body
    one = event(sent)
    assert (method(sent), str(one["SUMMARY"]), one["SEQUENCE"], str(one["STATUS"])) == (
        "REQUEST",
        "Bulk buying",
        0,
        "CONFIRMED",
    )
    assert (one.decoded("DTSTART"), one.decoded("DTEND")) == (
        planned.starts_at.replace(microsecond=0),
        planned.ends_at.replace(microsecond=0),
    )


def test_everybody_reads_it_in_their_own_language(cast: Cast, planned: Session):
    Person.objects.filter(id=cast.bruno.person_id).update(language="fr")
    give(cast, planned, "alice", "bruno")
    assert sorted(one.subject for one in mail.outbox) == [
        "Votre invitation\xa0: Bulk buying",
        "You are invited: Bulk buying",
    ]


def test_a_session_that_moves_moves_in_the_calendar(cast: Cast, planned: Session):
    give(cast, planned, "alice")
    uid = event(mail.outbox[0])["UID"]
    with scope(community=cast.mariette):
        plan.change_session(planned, starts_at=planned.starts_at + timedelta(days=1), actor=cast.actor("mona"))
    deliver()
    moved = mail.outbox[-1]
    assert (len(mail.outbox), moved.subject, method(moved)) == (2, "Changed: Bulk buying", "REQUEST")
    assert (event(moved)["UID"], event(moved)["SEQUENCE"]) == (uid, 1)
    assert event(moved).decoded("DTSTART") == planned.starts_at.replace(microsecond=0)


def test_a_change_of_the_guide_is_nobody_s_mail(cast: Cast, planned: Session):
    give(cast, planned, "alice")
    with scope(community=cast.mariette):
        plan.add_guide_item(planned, kind="question", text="And now?", actor=cast.actor("mona"))
        plan.change_session(planned, agenda="Other words", actor=cast.actor("mona"))
    deliver()
    assert len(mail.outbox) == 1


def test_a_seat_taken_back_leaves_the_calendar_and_given_again_comes_back(cast: Cast, planned: Session):
    give(cast, planned, "alice")
    with scope(community=cast.mariette):
        plan.take_seat_back(Seat.objects.get(session=planned), actor=cast.actor("mona"))
    deliver()
    off = mail.outbox[-1]
    assert (method(off), str(event(off)["STATUS"]), event(off)["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    assert planned.code not in off.body
    give(cast, planned, "alice")
    assert (method(mail.outbox[-1]), event(mail.outbox[-1])["SEQUENCE"]) == ("REQUEST", 2)


def test_moderators_and_observers_are_told_their_own_part(cast: Cast, planned: Session):
    with scope(community=cast.mariette):
        plan.assign(planned, cast.sophie, "moderator", actor=cast.actor("mona"))
        watching = plan.assign(planned, cast.oscar, "observer", actor=cast.actor("mona"))
    deliver()
    words = {one.to[0]: one.body for one in mail.outbox}
    assert "asked to moderate" in words["sophie@example.org"] and "asked to follow" in words["oscar@example.org"]
    with scope(community=cast.mariette):
        plan.withdraw(watching, actor=cast.actor("mona"))
    deliver()
    assert (mail.outbox[-1].to, method(mail.outbox[-1])) == (["oscar@example.org"], "CANCEL")


def test_no_mail_carries_anybody_else_s_name_or_address(cast: Cast, planned: Session):
    give(cast, planned, "alice", "bruno", "chloe", "emma")
    with scope(community=cast.mariette):
        plan.assign(planned, cast.sophie, "moderator", actor=cast.actor("mona"))
        plan.assign(planned, cast.oscar, "observer", actor=cast.actor("mona"))
        plan.change_session(planned, title="Another title", actor=cast.actor("mona"))
    deliver()
    actions.remind(planned.starts_at - timedelta(hours=20))
    assert len(mail.outbox) == 16
    people = {*cast.members, "peter", "victor"}
    with scope(community=cast.mariette):
        aliases = set(Seat.objects.values_list("alias", flat=True))
    for sent in mail.outbox:
        own = sent.to[0].partition("@")[0]
        read = opened(sent)
        whole = "\n".join(
            [*(f"{name}: {value}" for name, value in read.items())]
            + [part.get_content() for part in read.walk() if not part.is_multipart()]
        ).replace("\r\n ", "")
        for name in people:
            assert f"{name.title()} Realname" not in whole, sent.subject
            assert name == own or f"{name}@" not in whole, (sent.subject, name)
            assert name == own or f"{name.title()}-pseudo" not in whole, (sent.subject, name)
        assert not [alias for alias in aliases if alias in whole], sent.subject
        assert "ATTENDEE" not in whole and "What bulk buying costs you" not in whole


def test_reminders_come_a_day_and_an_hour_before_once_each(cast: Cast, planned: Session, time_machine):
    give(cast, planned, "alice", "bruno")
    mail.outbox.clear()
    told = []
    for hours in (30, 24, 23, 22, 2, 1, 0.5, 0.1, -1):
        at = planned.starts_at - timedelta(hours=hours)
        time_machine.move_to(at, tick=False)
        told.append(actions.remind(at))
    assert told == [0, 2, 0, 0, 0, 2, 0, 0, 0]
    assert {one.subject for one in mail.outbox} == {"Tomorrow or nearly: Bulk buying", "Within the hour: Bulk buying"}
    assert not appointment(mail.outbox[0])


def test_nobody_is_reminded_of_what_they_have_just_read(cast: Cast, planned: Session, time_machine):
    time_machine.move_to(planned.starts_at - timedelta(minutes=40), tick=False)
    give(cast, planned, "alice")
    mail.outbox.clear()
    assert actions.remind(clock.now()) == 0


def test_a_seat_taken_back_is_not_reminded(cast: Cast, planned: Session):
    give(cast, planned, "alice")
    with scope(community=cast.mariette):
        Seat.objects.update(state=Seat.State.REMOVED)
    assert actions.remind(planned.starts_at - timedelta(hours=20)) == 0


# One click out ------------------------------------------------------------------


def way_out(sent) -> str:
    return sent.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")


def test_one_click_stops_the_mails_of_sessions_and_nothing_else(cast: Cast, planned: Session):
    give(cast, planned, "alice")
    (sent,) = mail.outbox
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    nobody = cast.client()
    nobody.handler.enforce_csrf_checks = True
    # A scanner that opens the link changes nothing.
    assert "writes to you when" in nobody.get(way_out(sent)).content.decode()
    assert nobody.post(way_out(sent), {"List-Unsubscribe": "One-Click"}).status_code == 200
    with scope(community=cast.mariette):
        plan.change_session(planned, title="Another", actor=cast.actor("mona"))
    deliver()
    assert len(mail.outbox) == 1
    assert "no longer writes to you" in nobody.get(way_out(sent)).content.decode()
    nobody.post(way_out(sent), {"again": "yes"})
    with scope(community=cast.mariette):
        plan.change_session(planned, title="A third", actor=cast.actor("mona"))
    deliver()
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("token", ["", "sessions.abc", "x:y", "sessions.{id}:forged"])
def test_a_made_up_link_stops_nothing(cast: Cast, token: str):
    page = cast.client().post(f"/mail/stop/?token={token.format(id=cast.alice.public_id)}")
    assert "This link is not whole" in page.content.decode()
    assert not actions.is_silent(cast.alice)


def test_a_sign_in_code_has_no_way_out(cast: Cast):
    from vigie.accounts.actions import mail_sign_in_code

    mail_sign_in_code("alice@example.org", "BBB-BBB")
    assert "List-Unsubscribe" not in mail.outbox[-1].extra_headers


# The calendar file ---------------------------------------------------------------


def test_one_s_own_appointment_is_under_the_name_that_the_mail_gave_it(cast: Cast, planned: Session):
    give(cast, planned, "alice")
    path = f"/c/mariette/live/{planned.code}/session.ics"
    page = cast.client("alice").get(path)
    (one,) = Calendar.from_ical(page.content).walk("VEVENT")
    assert (page["Content-Type"], one["UID"]) == ("text/calendar; charset=utf-8", event(mail.outbox[0])["UID"])
    assert path in cast.client("alice").get("/c/mariette/").content.decode()
    assert [cast.client(name).get(path).status_code for name in ("bruno", "mona")] == [404, 404]


def written(title: str, at: datetime) -> str:
    return calendar(
        Appointment("u@example.org", 3, title, at, at + timedelta(minutes=75), "https://x.example.org/", "v@x.org", at),
        "REQUEST",
    )


@pytest.mark.parametrize(
    "title",
    [
        "Plain",
        "Commas, semicolons; back\\slashes \\n",
        "Ajouter du vrac à la caisse, “vraiment” ? " * 3,
        "🛒" * 60,
        "x" * 300,
    ],
)
def test_a_title_reads_as_it_was_written(title: str):
    text = written(title, datetime(2027, 5, 14, 16, 30, tzinfo=UTC))
    assert str(Calendar.from_ical(text).walk("VEVENT")[0]["SUMMARY"]) == title
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_a_title_cannot_become_a_property():
    text = written("Hello\r\nATTENDEE:mailto:eve@example.org\nX: y\rZ", datetime(2027, 5, 14, 16, 30, tzinfo=UTC))
    one = Calendar.from_ical(text).walk("VEVENT")[0]
    assert "ATTENDEE" not in one and "X" not in one
    assert str(one["SUMMARY"]) == "Hello  ATTENDEE:mailto:eve@example.org X: y Z"


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        # The night when clocks go forward, the night when they go back, midnight of a year.
        ("2027-03-28T03:30:00+02:00", "20270328T013000Z"),
        ("2027-10-31T02:30:00+02:00", "20271031T003000Z"),
        ("2027-10-31T02:30:00+01:00", "20271031T013000Z"),
        ("2028-01-01T00:00:00+01:00", "20271231T230000Z"),
    ],
)
def test_times_are_absolute(local: str, utc: str):
    assert f"DTSTART:{utc}\r\n" in written("Night", datetime.fromisoformat(local))


# Whom mail does not reach -----------------------------------------------------------


def test_the_manager_sees_whom_mail_does_not_reach_by_pseudonym_and_tries_again(cast: Cast):
    from vigie.mails.models import Bounce
    from vigie.mails.seal import key_of

    Bounce.objects.create(
        recipient=key_of("alice@example.org"), report="1", kind="hard", status="5.1.1", at=clock.now()
    )
    mona = cast.client("mona")
    assert "Mail does not reach one member" in mona.get("/c/mariette/manage/").content.decode()
    page = mona.get("/c/mariette/manage/mail/").content.decode()
    assert "Alice-pseudo" in page and "@example.org" not in page and "Realname" not in page
    assert [cast.client(name).get("/c/mariette/manage/mail/").status_code for name in ("sophie", "oscar", "peter")] == [
        404,
        403,
        403,
    ]
    mona.post(f"/c/mariette/manage/mail/{cast.alice.public_id}/again")
    assert "Every mail arrives" in mona.get("/c/mariette/manage/mail/").content.decode()
