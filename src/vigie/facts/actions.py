"""Writing facts down, handing them to their listeners, and sealing the chain."""

import hashlib
import logging
from datetime import timedelta

import orjson
from django.db import IntegrityError, transaction

from vigie.core import clock
from vigie.facts.facts import FACTS, LISTENERS, Fact, revive
from vigie.facts.models import Chain, Delivery, Entry

log = logging.getLogger(__name__)

ATTEMPTS = 5
#: Seconds before each new attempt.
BACK_OFF = (5, 30, 300, 3600)
GENESIS = "0" * 64


def emit(fact: Fact) -> Entry:
    """Write a fact and its deliveries in the caller's transaction; after commit the deliverer is woken if any waits.

    Raises `RuntimeError` outside a transaction: a fact must live or die with the change that it tells.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{fact.fact_name()} emitted outside a transaction")
    at = clock.now()
    entry = Entry.objects.create(
        community_id=fact.community,
        actor_id=fact.actor,
        name=fact.fact_name(),
        version=fact.version,
        data=fact.data(),
        at=at,
    )
    listeners = LISTENERS.get(entry.name, [])
    if listeners:
        Delivery.objects.bulk_create(Delivery(entry=entry, listener=one.name, due_at=at) for one in listeners)
        transaction.on_commit(_wake)
    return entry


def _wake() -> None:
    from vigie.facts.tasks import deliver_facts

    try:
        deliver_facts()
    except Exception:
        # The sweep finds what a lost wake-up leaves: a queue that is down must not fail a committed write.
        log.warning("the deliverer could not be woken", exc_info=True)


def deliver_due(limit: int = 200) -> int:
    """Give every due delivery its turn; returns how many were tried.

    A turn is claimed by a conditional update, so that two deliverers never run the same one at once.
    """
    now = clock.now()
    due = list(
        Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=now)
        .order_by("id")
        .values_list("id", "attempts")[:limit]
    )
    tried = 0
    for delivery_id, attempts in due:
        # The claim pushes the due date: a deliverer that dies leaves the turn to the next sweep.
        claimed = Delivery.objects.filter(id=delivery_id, state=Delivery.State.WAITING, attempts=attempts).update(
            attempts=attempts + 1, due_at=now + timedelta(seconds=BACK_OFF[min(attempts, len(BACK_OFF) - 1)])
        )
        if claimed:
            tried += 1
            _take_turn(delivery_id, attempts + 1)
    return tried


def _take_turn(delivery_id: int, attempts: int) -> None:
    delivery = Delivery.objects.select_related("entry").get(id=delivery_id)
    entry = delivery.entry
    listener = next((one for one in LISTENERS.get(entry.name, []) if one.name == delivery.listener), None)
    turn = Delivery.objects.filter(id=delivery_id)
    if listener is None or entry.name not in FACTS:
        turn.update(state=Delivery.State.DEAD, error="nobody listens under this name")
        return
    try:
        with transaction.atomic():
            listener.react(revive(entry.name, entry.version, entry.community_id, entry.actor_id, entry.data))
            turn.update(state=Delivery.State.DONE, error="")
    except Exception as error:
        log.warning("%s failed on %s", delivery.listener, entry.name, exc_info=True)
        state = Delivery.State.DEAD if attempts >= ATTEMPTS else Delivery.State.WAITING
        turn.update(state=state, error=f"{type(error).__name__}"[:200])


def revive_dead(delivery_id: int) -> bool:
    """Give a dead letter its turns again."""
    return bool(
        Delivery.objects.filter(id=delivery_id, state=Delivery.State.DEAD).update(
            state=Delivery.State.WAITING, attempts=0, due_at=clock.now()
        )
    )


def discard_dead(delivery_id: int) -> bool:
    """A dead letter that needs no other turn. The fact itself stays."""
    return bool(
        Delivery.objects.filter(id=delivery_id, state=Delivery.State.DEAD).update(
            state=Delivery.State.DONE, error="discarded"
        )
    )


def seal(community_id: int) -> int:
    """Chain what is not yet sealed, oldest first; returns how many entries were sealed.

    Runs after commit, so the chain never serialises writes. Two sealers cannot both win a position:
    the unique constraint refuses the second, who leaves the rest to the first.
    """
    last = Entry.objects.filter(community_id=community_id).exclude(position=None).order_by("-position").first()
    position, before = (last.position or 0, last.seal) if last else (0, GENESIS)
    sealed = 0
    for entry in Entry.objects.filter(community_id=community_id, position=None).order_by("id")[:1000]:
        position += 1
        before = seal_of(before, entry)
        try:
            with transaction.atomic():
                won = Entry.objects.filter(id=entry.id, position=None).update(position=position, seal=before)
                if won:
                    end = {"length": position, "seal": before}
                    Chain.objects.update_or_create(community_id=community_id, defaults=end)
        except IntegrityError:
            return sealed
        if not won:
            return sealed
        sealed += 1
    return sealed


def seal_of(before: str, entry: Entry) -> str:
    """SHA-256 over the seal before and the entry's own words, keys sorted."""
    words = orjson.dumps(
        [before, entry.community_id, entry.actor_id, entry.name, entry.version, entry.data, entry.at.isoformat()],
        option=orjson.OPT_SORT_KEYS,
    )
    return hashlib.sha256(words).hexdigest()
