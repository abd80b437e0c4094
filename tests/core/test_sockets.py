"""Sockets over plain ASGI: frames, headers, floods, and the one adapter that touches uvicorn's inside."""

import asyncio
import json

import pytest
import websockets
from django.conf import settings
from websockets.frames import Frame, Opcode

from tests.live.serving import serving
from vigie.core import sockets
from vigie.core.sockets import Flood, Wire, cookie, decode, depth, encode, frame, header, same_origin


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65535, 65536, 70000])
def test_a_frame_is_what_the_standard_says(length: int):
    payload = b"x" * length
    assert frame(payload) == Frame(Opcode.TEXT, payload).serialize(mask=False)
    assert sockets._payload(frame(payload)) == payload


def test_a_value_becomes_one_text_frame():
    assert encode({"type": "ack", "text": "é🌊"}) == frame('{"type":"ack","text":"é🌊"}'.encode())


HEADERS = [(b"origin", b"https://a.example"), (b"cookie", b"vigie=1; other=2"), (b"x", b"1"), (b"x", b"2")]


def test_a_header_that_comes_twice_has_no_value():
    scope = {"headers": HEADERS}
    assert [header(scope, name) for name in (b"origin", b"x", b"missing")] == ["https://a.example", None, None]


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        ([b"vigie=abc"], "abc"),
        ([b"other=1; vigie=abc"], "abc"),
        ([b'vigie="abc"'], "abc"),
        ([b"vigie-other=abc"], ""),
        ([b"vigie=abc", b"vigie=def"], ""),
        ([b"=;;="], ""),
        ([], ""),
        ([b"\xff\xfe"], ""),
    ],
    ids=str,
)
def test_a_cookie_is_read_or_is_nothing(sent: list[bytes], value: str):
    assert cookie({"headers": [(b"cookie", one) for one in sent]}, "vigie") == value


def test_only_our_own_origin_is_ours():
    assert same_origin({"headers": [(b"origin", settings.BASE_URL.encode())]})
    assert not same_origin({"headers": [(b"origin", settings.BASE_URL.encode())] * 2})
    assert not same_origin({"headers": []})


def levels(count: int) -> object:
    value: object = 1
    for _ in range(count):
        value = [value]
    return value


@pytest.mark.parametrize(("count", "counted"), [(0, 0), (1, 1), (20, 20), (21, 21), (22, 21), (500, 21)])
def test_depth_is_counted_as_far_as_it_matters(count: int, counted: int):
    assert depth(levels(count)) == counted


def test_a_frame_is_decoded_or_is_an_error():
    assert decode({"text": '{"a":[1,"é",null,true]}'}) == {"a": [1, "é", None, True]}
    assert decode({"text": json.dumps(levels(20))}) == levels(20)
    broken = {
        "bytes": {"bytes": b"{}", "text": None},
        "NaN": {"text": "NaN"},
        "half": {"text": "{"},
        "deep": {"text": json.dumps(levels(21))},
        "large": {"text": '"' + "x" * settings.SOCKET_FRAME_LIMIT + '"'},
        "surrogate": {"text": '"\\ud800"'},
    }
    for message in broken.values():
        with pytest.raises(ValueError):
            decode(message)


def test_thirty_commands_in_ten_seconds_and_a_bucket_that_refills():
    flood = Flood(0.0)
    assert [flood.over(0.0) for _ in range(31)] == [False] * 30 + [True]
    flood = Flood(0.0)
    assert not any(flood.over(tick / 3) for tick in range(1, 200))
    flood = Flood(0.0)
    for _ in range(30):
        flood.over(0.0)
    assert [flood.over(5.0) for _ in range(15)] == [False] * 15
    assert flood.over(5.0)


# The adapter ------------------------------------------------------------------------------------------------------


async def open_wire(application):
    """A real uvicorn with this application, and a client of it."""
    import uvicorn

    from vigie.serving import live_options

    options = {**live_options(), "lifespan": "off", "log_level": "critical"}
    server = uvicorn.Server(uvicorn.Config(application, port=0, **options))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    client = await websockets.connect(f"ws://127.0.0.1:{port}/", compression=None, max_size=None)
    return server, task, client


async def test_a_wire_writes_ready_frames_on_the_real_server_in_order_with_its_own():
    """uvicorn's own `send` and our direct writes share one transport: nothing overtakes, nothing is cut."""
    wires: list[Wire] = []

    async def application(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        wire = Wire(send)
        wires.append(wire)
        wire.write(encode({"n": 1}))
        await send({"type": "websocket.send", "text": '{"n":2}'})
        wire.write(encode({"n": 3, "text": "é" * 70000}))
        while (await receive())["type"] != "websocket.disconnect":
            wire.close(4401)

    server, task, client = await open_wire(application)
    got = [json.loads(await client.recv())["n"] for _ in range(3)]
    assert got == [1, 2, 3]
    assert wires[0]._transport is not None, "uvicorn's inside has moved: every frame goes the slow way"
    await client.send("bye")
    with pytest.raises(websockets.ConnectionClosed):
        await client.recv()
    assert client.close_code == 4401
    wires[0].write(encode({"n": 4}))  # after the end: nothing, and no error
    assert wires[0].closing
    server.should_exit = True
    await task


async def test_a_wire_falls_back_to_plain_asgi_on_any_other_server():
    sent: list[dict] = []

    async def send(message):
        sent.append(message)

    wire = Wire(send)
    for number in range(3):
        wire.write(encode({"n": number, "text": "é" * (number * 200)}))
    await asyncio.sleep(0.01)
    wire.close(4410)
    wire.close(4400)
    wire.write(encode({"n": 9}))
    await asyncio.sleep(0.01)
    assert [json.loads(message["text"])["n"] for message in sent[:3]] == [0, 1, 2]
    assert sent[3:] == [{"type": "websocket.close", "code": 4410}]


async def test_a_socket_that_does_not_read_is_cut():
    async def send(message):
        await asyncio.sleep(60)

    wire = Wire(send)
    for number in range(300):
        wire.write(encode({"n": number}))
    assert wire.closing


@pytest.mark.parametrize("extensions", [{}, {"websocket.http.response": {}}])
async def test_a_no_is_said_before_anything_was_accepted(extensions: dict):
    sent: list[dict] = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    await sockets.refuse({"extensions": extensions}, receive, send)
    assert [message["type"] for message in sent] == (
        ["websocket.http.response.start", "websocket.http.response.body"] if extensions else ["websocket.close"]
    )
    assert all(message.get("status", 404) == 404 for message in sent)


@pytest.mark.django_db(transaction=True)
def test_a_path_that_nobody_serves_is_answered_404():
    with serving() as served:
        assert served.handshake("/", origin=settings.BASE_URL).startswith(b"HTTP/1.1 404 Not Found\r\n")
