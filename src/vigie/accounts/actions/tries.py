"""How often a door was tried: counted in the database, so that neither a restart nor the loss of Redis forgets it."""

import ipaddress
import math
from datetime import timedelta

from django.db import IntegrityError, models, transaction
from django.db.models.functions import Greatest

from vigie.accounts.models import Tries
from vigie.accounts.rules import PACES, Door, Pace
from vigie.core import clock
from vigie.core.day_key import sealed

#: A household or an office holds so much of the newer addresses: one of them is many to whoever has them all.
NEIGHBOURHOOD = 64


def knock(door: Door, *, network: str, account: str = "") -> int:
    """Count one try. Returns 0 when it may go on, else after how many seconds the next may.

    A refused try is not counted: whoever waits as long as they were told gets through.
    """
    for pace, key in _counters(door, network, account):
        wait = _count(pace, key)
        if wait:
            return wait
    return 0


def forgive(door: Door, *, account: str) -> None:
    """The key was the right one: what was mistyped before does not count against its owner. The network's tries do."""
    keys = [key for _, key in _counters(door, "", account)]
    Tries.objects.filter(key__in=keys).delete()


def network_of(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 6:
        return str(ipaddress.ip_network((found, NEIGHBOURHOOD), strict=False))
    return str(found)


def _counters(door: Door, network: str, account: str) -> list[tuple[Pace, str]]:
    sources = [("network", network_of(network)), ("account", account)]
    return [
        (pace, sealed(f"{door.value}|{kind}|{pace.tries}/{pace.within.total_seconds():.0f}|{source}"))
        for kind, source in sources
        if source
        for pace in PACES[door][kind]
    ]


def _count(pace: Pace, key: str) -> int:
    """Each try fills the counter by its share of the span; time empties it. No two tries take one place."""
    now = int(clock.now().timestamp() * 1000)
    span = int(pace.within / timedelta(milliseconds=1))
    share = span // pace.tries
    latest = now + span - share
    filled = Greatest(models.F("full_until"), models.Value(now)) + share
    fits = Tries.objects.filter(key=key, full_until__lte=latest)
    if fits.update(full_until=filled):
        return 0
    try:
        with transaction.atomic():
            Tries.objects.create(key=key, full_until=now + share)
        return 0
    except IntegrityError:
        if fits.update(full_until=filled):
            return 0
    until = Tries.objects.filter(key=key).values_list("full_until", flat=True).first() or now
    return max(1, math.ceil((until - latest) / 1000))
