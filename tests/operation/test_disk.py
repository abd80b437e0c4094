"""F8, F10: a disk that is full refuses and loses nothing; a clock that leaps changes no order."""

from datetime import timedelta
from itertools import takewhile

import pytest
import time_machine
from django.db import OperationalError, connection
from django_scopes import scope, scopes_disabled

from tests.cast import Cast
from tests.harness import keeping
from tests.harness.installation import Installation
from tests.harness.marks import once
from tests.rights.stage import open_meeting
from vigie.core import clock, disk
from vigie.live.actions import room
from vigie.live.models import Line
from vigie.operation.backup import back_up
from vigie.operation.errors import Impossible
from vigie.verify import verify

pytestmark = pytest.mark.django_db


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a server's disk is not ours to fill")
@pytest.mark.django_db(transaction=True)
def test_a_full_database_refuses_what_it_cannot_keep_and_goes_on_when_there_is_room(cast: Cast):
    """The file may not grow by a page more; then it may again. Nothing that was acknowledged is lost."""
    meeting = open_meeting(cast)
    place = meeting.place(cast, "sophie")
    said, refused = [], 0
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + 20}")
    try:
        for number in range(200):
            try:
                room.say(place, text=f"{number} " + "word " * 300, client_id=f"full-{number}")
                said.append(f"full-{number}")
            except OperationalError as error:
                assert "full" in str(error)
                refused += 1
                if refused == 5:
                    break
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert (refused, len(said) > 0) == (5, True)
    room.say(place, text="There is room again.", client_id="after")
    with scope(community=cast.mariette):
        kept = set(Line.objects.values_list("client_id", flat=True))
    assert {*said, "after"} <= kept
    assert not kept & {f"full-{number}" for number in range(len(said), 200)}
    assert list(verify()) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a server's disk is not ours to fill")
@pytest.mark.django_db(transaction=True)
def test_a_page_says_507_while_the_disk_is_full_and_is_well_again_afterwards(cast: Cast):
    meeting = open_meeting(cast)
    browser = cast.client("sophie")
    browser.raise_request_exception = False
    path = f"/c/mariette/live/{meeting.session.code}/say"

    def said(number: int) -> int:
        return browser.post(path, {"text": f"{number} " + "word " * 300, "client_id": f"form-{number}"}).status_code

    assert said(0) == 302
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + 4}")
    try:
        # Pages that were freed before are used up first.
        answers = list(takewhile(lambda answer: answer == 302, map(said, range(1, 1000))))
        refused = said(1000)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert (refused, len(answers) < 999) == (507, True)
    assert said(1001) == 302
    assert list(verify()) == []


def test_postgresql_has_a_code_for_it():
    from psycopg.errors import DiskFull

    from vigie.operation.middleware import is_full

    told = OperationalError("no space left on device")
    told.__cause__ = DiskFull()
    assert (is_full(told), is_full(OperationalError("no")), is_full(ValueError("full"))) == (True, False, False)


@pytest.mark.slow
@once
def test_a_room_on_a_full_disk_refuses_loses_nothing_and_goes_on():
    with Installation(in_memory=True) as vigie:
        figures = keeping.disk_full(vigie)
    assert (figures.wrong, figures.counted, figures.measured["acknowledged lines"] > 4) == ([], 1, True)


def test_files_are_refused_before_the_database_finds_no_room(settings):
    settings.DISK_RESERVE_MB = 1
    assert disk.has_room()
    assert not disk.has_room(disk.free_bytes())
    settings.DISK_RESERVE_MB = 10**9
    with pytest.raises(Impossible, match="the database needs them"):
        back_up()


@pytest.mark.both
def test_the_order_of_a_room_is_that_of_its_numbers_whatever_the_clock_says(cast: Cast):
    """F10: ten days on, then an hour back: the log keeps its order, and holds together."""
    meeting = open_meeting(cast)
    place = meeting.place(cast, "sophie")
    now = clock.now()
    for number, leap in enumerate((timedelta(), timedelta(days=10), timedelta(hours=-1))):
        with time_machine.travel(now + leap, tick=False):
            room.say(place, text=f"leap {number}", client_id=f"leap-{number}")
    with scopes_disabled():
        lines = Line.objects.filter(session=meeting.session, client_id__startswith="leap").order_by("seq")
        assert list(lines.values_list("text", flat=True)) == ["leap 0", "leap 1", "leap 2"]
    assert list(verify()) == []
