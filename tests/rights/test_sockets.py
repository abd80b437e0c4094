"""Every socket's door and every verb, for everybody, over a real server: exactly as the table says."""

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.live.serving import Serving, Socket, serving
from tests.rights.stage import LOST, OTHERS, READERS, WITHOUT_SECOND_FACTOR, Stage, open_meeting, set_stage
from tests.rights.table import SOCKETS, Reader, Route, expected
from vigie.core.codes import new_code

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
EVERYBODY = [*READERS, *WITHOUT_SECOND_FACTOR, *OTHERS, *LOST]
VERBS = [(plane, verb) for plane, verb in SOCKETS if verb]


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """Written for good, since the server reads it from other threads; emptied at the end of the module."""
    with django_db_blocker.unblock():
        try:
            yield set_stage(files=False)
        finally:
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


@pytest.fixture(scope="module")
def served(stage: Stage):
    with serving() as running:
        yield running


@pytest.fixture
def _django_db_helper(stage: Stage):
    """In place of the fixture behind `django_db`: nothing is emptied between two cases of this module."""


def row(plane: str, verb: str = "") -> Route:
    return Route(f"{plane} {verb}", "socket", SOCKETS[plane, verb], "session", "live")


def may_come_in(plane: str, reader: Reader) -> bool:
    return expected(row(plane), reader) == "open"


def key_of(stage: Stage, reader: Reader) -> str:
    return stage.keys[reader.name, reader.second_factor] if reader.signed_in else ""


# Doors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", EVERYBODY, ids=str)
@pytest.mark.parametrize("plane", ["front", "back"])
def test_a_door_opens_as_the_table_says(stage: Stage, served: Serving, plane: str, reader: Reader):
    key = key_of(stage, reader)
    known = served.handshake(served.path(stage.meetings["live"].session.code, plane), key, settings.BASE_URL)
    if may_come_in(plane, reader):
        assert known.splitlines()[0] == b"HTTP/1.1 101 Switching Protocols"
        return
    unknown = [
        served.handshake(path, key, settings.BASE_URL)
        for path in (served.path(new_code(), plane), f"/c/mariette/{new_code()}/socket", f"/{new_code()}")
    ]
    assert unknown == [known] * 3
    assert known.splitlines()[0] == b"HTTP/1.1 404 Not Found"


@pytest.mark.parametrize("plane", ["front", "back"])
@pytest.mark.parametrize("name", ["tess", "tom", "tina", "tara", "sophie"])
def test_no_door_of_another_community_leads_here(stage: Stage, served: Serving, plane: str, name: str):
    reader = next(one for one in EVERYBODY if one.name == name)
    path = served.path(stage.meetings["live"].session.code, plane, slug="tramontane")
    assert served.status(path, key_of(stage, reader)) == 404


# Verbs ----------------------------------------------------------------------------------------------------------


def fields(verb: str, meeting, plane: str) -> dict[str, object]:
    return {
        "post": {"text": "Never again."} if plane == "front" else {"kind": "remark", "text": "Ask her why."},
        "react": {"to": 5, "mark": "same"},
        "seat.admit": {"seats": [meeting.seats["bruno"].code]},
        "seat.remove": {"seat": meeting.seats["bruno"].code},
        "item.launch": {"item": meeting.items[3].code},
        "session.close": {"text": "Thank you all."},
    }.get(verb, {})


def answer(socket: Socket, verb: str, **more: object) -> str:
    """What became of a command: `open`, or the code of the refusal."""
    if verb == "join":
        return "open"  # the snapshot came when the case began
    if verb == "ping":
        socket.settle()
        return "open"
    frame = socket.command(verb, **more)
    return "open" if frame["type"] == "ack" else str(frame["code"])


def said_no(verb: str) -> str:
    return "read_only" if verb in {"post", "react"} else "not_moderator"


CASES = [(plane, verb, one) for plane, verb in VERBS for one in READERS if may_come_in(plane, one)]


@pytest.mark.parametrize(("plane", "verb", "reader"), CASES, ids=str)
def test_a_verb_is_obeyed_as_the_table_says(stage: Stage, served: Serving, plane: str, verb: str, reader: Reader):
    wanted = expected(row(plane, verb), reader)
    # What the moderator does changes a meeting: those cases have one each.
    meeting = open_meeting(stage.cast) if reader.name == "sophie" else stage.meetings["live"]
    if verb == "session.open" and wanted == "open":
        meeting = stage.meetings["waiting"]
    path = served.path(meeting.session.code, plane)
    with served.connect(path, key_of(stage, reader)) as socket:
        socket.join()
        if verb == "typing":
            assert _heard_typing(stage, served, path, socket, reader) == (wanted == "open")
            return
        outcome = answer(socket, verb, **fields(verb, meeting, plane))
    assert outcome == {"open": "open", "refused": "not_admitted", "told": said_no(verb)}[wanted]


def _heard_typing(stage: Stage, served: Serving, path: str, socket: Socket, reader: Reader) -> bool:
    other = next(one for one in READERS if one.name == ("oscar" if reader.name == "sophie" else "sophie"))
    with served.connect(path, key_of(stage, other)) as beside:
        beside.join()
        beside.settle()
        socket.send("typing", on=True)
        socket.settle()
        return any(frame["type"] == "typing" for frame in beside.settle())
