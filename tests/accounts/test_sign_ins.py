"""Where I am signed in: in plain words, with an end to each line."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from tests.accounts.browser import come_in, is_in
from tests.cast import Cast
from vigie.accounts.models import SignIn
from vigie.accounts.rules import DeviceKind, device_of

PHONE = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
WORK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"
NAMES = {
    PHONE: (DeviceKind.TELEPHONE, "Firefox", "Android"),
    WORK: (DeviceKind.COMPUTER, "Chrome", "Windows"),
    WORK + " Edg/141.0": (DeviceKind.COMPUTER, "Edge", "Windows"),
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 SamsungBrowser/25.0 Chrome/121.0 Safari/537.36": (
        DeviceKind.TABLET,
        "Samsung Internet",
        "Android",
    ),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1": (
        DeviceKind.TELEPHONE,
        "Safari",
        "iOS",
    ),
    "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/130.0 Mobile/15E148 Safari/604.1": (
        DeviceKind.TABLET,
        "Chrome",
        "iPadOS",
    ),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15": (
        DeviceKind.COMPUTER,
        "Safari",
        "macOS",
    ),
    "<script>alert(1)</script>": (DeviceKind.OTHER, "", ""),
    "": (DeviceKind.OTHER, "", ""),
}


@pytest.mark.parametrize("said", NAMES, ids=lambda said: said[-30:] or "nothing")
def test_a_browser_is_named_in_plain_words(said):
    device = device_of(said)
    assert (device.kind, device.browser, device.system) == NAMES[said]


def browser(says: str, network: str = "203.0.113.7") -> Client:
    return Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE="en", HTTP_USER_AGENT=says, REMOTE_ADDR=network)


@pytest.fixture
def alice(cast: Cast):
    """Her telephone and the computer at work, both in; it is a Tuesday evening of March in Paris."""
    with time_machine.travel(datetime(2030, 3, 5, 17, 40, tzinfo=UTC), tick=False) as clock:
        phone, work = browser(PHONE), browser(WORK)
        come_in(phone, "alice@example.org")
        clock.shift(timedelta(minutes=5))
        come_in(work, "alice@example.org")
        yield phone, work, clock


def test_i_read_where_i_am_signed_in(alice):
    phone, _work, _clock = alice
    page = " ".join(phone.get("/account/sign-ins/").content.decode().split())
    assert "2 browsers" in page
    assert '<b>Telephone, Firefox (Android)</b> <span class="tag">this one</span>' in page
    assert "<b>Computer, Chrome (Windows)</b>" in page
    assert "since Tuesday 5 March, in use now" in page
    assert "since Tuesday 5 March, last seen Tuesday 5 March, towards 6 pm" in page
    assert phone.get("/account/").content.decode().count("2 browsers") == 1


def test_neither_my_network_nor_the_whole_name_of_my_browser_is_kept(alice):
    for row in SignIn.objects.values():
        kept = " ".join(str(value) for value in row.values())
        assert "203.0.113" not in kept
        assert "Mozilla" not in kept
        assert row["seen_at"].minute == 0
    for client in alice[:2]:
        assert "203.0.113" not in str(dict(client.session.items()))


def test_my_visit_is_written_down_at_most_once_an_hour(alice):
    phone, work, clock = alice
    for minutes, hour in ((50, 17), (15, 18)):
        clock.shift(timedelta(minutes=minutes))
        work.get("/account/")
        assert SignIn.objects.get(session_id=work.session.session_key).seen_at.hour == hour
    assert SignIn.objects.get(session_id=phone.session.session_key).seen_at.hour == 17


def test_i_end_one(alice):
    phone, work, _clock = alice
    code = SignIn.objects.get(kind="computer").code
    answer = phone.post("/account/sign-ins/end/", {"code": code}, follow=True)
    assert "1 other browser was signed out." in answer.content.decode()
    assert (is_in(phone), is_in(work)) == (True, False)


def test_i_end_all_the_others(alice, cast: Cast):
    phone, work, _clock = alice
    bruno = cast.client("bruno")
    phone.post("/account/sign-ins/end/")
    assert (is_in(phone), is_in(work), is_in(bruno)) == (True, False, True)


def test_i_cannot_end_the_sign_in_of_somebody_else(alice, cast: Cast):
    phone, _work, _clock = alice
    bruno = cast.client("bruno")
    phone.post("/account/sign-ins/end/", {"code": SignIn.objects.get(person=cast.bruno.person).code})
    assert is_in(bruno)


def test_a_code_that_names_nothing_ends_nothing(alice):
    phone, work, _clock = alice
    phone.post("/account/sign-ins/end/", {"code": "nothing"})
    assert (is_in(phone), is_in(work)) == (True, True)


def test_strangers_read_no_list(db):
    for ask in (browser("").get("/account/sign-ins/"), browser("").post("/account/sign-ins/end/")):
        assert ask["Location"].startswith("/sign-in/?next=")
