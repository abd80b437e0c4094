"""Hints between what changes and what shows it: without content, and allowed to be lost."""

import asyncio
import os

import pytest
import redis

from vigie.core.relays import PROCESS, Channel, Relay

REDIS = os.environ.get("VIGIE_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")


def answers() -> bool:
    try:
        return bool(redis.Redis.from_url(REDIS, socket_connect_timeout=1).ping())
    except redis.RedisError:
        return False


with_redis = pytest.mark.skipif(not answers(), reason="Redis does not answer")


def test_inside_one_process_a_hint_is_a_call(settings):
    settings.REDIS_URL = ""
    channel, heard = Channel("tests"), []
    stop = channel.listen(lambda key, what: heard.append((key, what)))
    channel.moved(12)
    channel.plan_changed(12)
    stop()
    channel.moved(13)
    assert heard == [(12, "moved"), (12, "plan")]


def test_a_bus_that_is_down_fails_nothing(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    channel, heard = Channel("tests"), []
    channel.listen(lambda key, what: heard.append(key))
    channel.moved(12)
    assert heard == [12]


async def test_without_a_bus_a_relay_says_nothing_to_anybody(settings):
    settings.REDIS_URL = ""
    relay = Relay(Channel("tests"), lambda *heard: pytest.fail("nobody spoke"))
    relay.start()
    relay.tell(1, "moved")
    assert relay._out == {}
    await relay.stop()


@with_redis
async def test_another_process_hears_the_newest_of_each_kind_and_nothing_of_its_own(settings):
    settings.REDIS_URL = REDIS
    heard: list[tuple[int, list[str]]] = []
    relay = Relay(Channel(f"tests:{PROCESS}"), lambda process, key, words: heard.append((key, words)))
    relay.start()
    bus = redis.asyncio.Redis.from_url(REDIS)
    while await bus.pubsub_numsub(f"tests:{PROCESS}") != [(f"tests:{PROCESS}".encode(), 1)]:
        await asyncio.sleep(0.01)
    relay.tell(1, "moved")  # its own: not heard again
    for words in (
        "other\n7 moved\n7 here a,b",
        "",
        "other",
        "other\n",
        "other\nseven moved\n8",
        f"{PROCESS}\n9 moved",
    ):
        await bus.publish(f"tests:{PROCESS}", words)
    await bus.publish(f"tests:{PROCESS}", "other\n10 still c")
    async with asyncio.timeout(5):
        while len(heard) < 3:
            await asyncio.sleep(0.01)
    assert heard == [(7, ["moved"]), (7, ["here", "a,b"]), (10, ["still", "c"])]
    await relay.stop()
    await bus.aclose()


@with_redis
async def test_two_planes_never_hear_each_other(settings):
    settings.REDIS_URL = REDIS
    from vigie.backroom import hints as back
    from vigie.live import hints as front

    assert front.channel.name != back.channel.name
    heard: list[str] = []
    stops = [
        front.listen(lambda key, what: heard.append(f"front {key}")),
        back.listen(lambda key, what: heard.append(f"back {key}")),
    ]
    back.moved(1)
    front.moved(2)
    for stop in stops:
        stop()
    assert heard == ["back 1", "front 2"]
