"""One per process: the confidential blocks that are open here. Shares neither thread nor lock with the front plane."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from django.db import transaction

from vigie.backroom import hints
from vigie.backroom.actions import Draft, Written, write
from vigie.backroom.queries import Author, RemarkView, people, remarks
from vigie.core import clock
from vigie.core.batches import GroupCommit
from vigie.core.relays import Relay
from vigie.core.sockets import NO_RIGHT, Wire, encode, frame
from vigie.live.queries.tickets import Doorkeeper, Entrance, Ticket

VERSION = 1
logger = logging.getLogger(__name__)


class Connection:
    __slots__ = ("entrance", "held", "joined", "language", "ticket", "wire")

    def __init__(self, wire: Wire, entrance: Entrance) -> None:
        self.wire, self.entrance, self.ticket, self.language = wire, entrance, entrance.ticket, entrance.language
        self.held = 0
        self.joined = False


@dataclass(slots=True)
class Heard:
    connection: Connection
    draft: Draft


@dataclass(slots=True)
class Look:
    """Read a block's people and remarks from the database; `ticket` is checked when given."""

    session_id: int
    community_id: int
    since: int
    ticket: Ticket | None = None
    done: Callable[[bool], None] | None = None


@dataclass(slots=True)
class Watch:
    pass


@dataclass(slots=True)
class Seen:
    since: int
    authors: dict[str, Author]
    remarks: list[RemarkView]


@dataclass(slots=True)
class Batch:
    written: list[tuple[Heard, Written | None]] = field(default_factory=list)
    seen: dict[int, Seen] = field(default_factory=dict)
    lost: frozenset[Ticket] = frozenset()


@dataclass(eq=False)
class Block:
    """One session's confidential block, with everything said in it."""

    session_id: int
    community_id: int
    authors: dict[str, Author]
    remarks: list[RemarkView]
    connections: set[Connection] = field(default_factory=set)


class Hub:
    def __init__(self) -> None:
        self.blocks: dict[int, Block] = {}
        self._all: set[Connection] = set()
        # Called from the committer's thread: `copy()` of a set is one step for the interpreter.
        self._doorkeeper = Doorkeeper(lambda: [one.ticket for one in self._all.copy()])
        self.writer: GroupCommit[Heard | Look | Watch, Batch] = GroupCommit(
            "vigie-confidential", self._write, self._settle, self._failed
        )

    refuse: Callable[[Connection, str, str], None]

    def start(self) -> None:
        self.blocks.clear()
        self._loop = asyncio.get_running_loop()
        self.relay = Relay(hints.channel, lambda process, key, words: self._look(key))
        self.relay.start()
        self.writer.start()
        self._stop_hints = hints.listen(self._hear_hint)
        self._watch = self._loop.create_task(self._keep_watch())

    async def stop(self) -> None:
        self._stop_hints()
        self._watch.cancel()
        self.writer.stop()
        await self.relay.stop()

    async def _keep_watch(self) -> None:
        while True:
            await asyncio.sleep(1)
            try:
                self._watch_once(clock.now())
            except Exception:
                # The watch is what closes sockets of lost rights: it must outlive any one block's trouble.
                logger.exception("the watch over confidential blocks stumbled")

    def _watch_once(self, now: datetime) -> None:
        self.writer.submit(Watch())
        for one in [one for one in self._all if one.entrance.ends_at <= now]:
            self.drop(one)
        for session_id in [key for key, block in self.blocks.items() if not block.connections]:
            del self.blocks[session_id]

    def _hear_hint(self, session_id: int, what: str) -> None:
        self._loop.call_soon_threadsafe(self._look, session_id)

    def _look(self, session_id: int) -> None:
        block = self.blocks.get(session_id)
        if block:
            self.writer.submit(Look(session_id, block.community_id, len(block.remarks)))

    # In the committer's thread -------------------------------------------------

    def _write(self, units: Sequence[Heard | Look | Watch]) -> Batch:
        batch = Batch()
        with transaction.atomic():
            arriving = [unit.ticket for unit in units if isinstance(unit, Look) and unit.ticket]
            speaking = [unit.connection.ticket for unit in units if isinstance(unit, Heard)]
            watch = any(isinstance(unit, Watch) for unit in units)
            verdict = self._doorkeeper.look(arriving, speaking, watch=watch)
            batch.lost = verdict.lost
            drafts: dict[tuple[int, int], list[Heard]] = {}
            for unit in units:
                if isinstance(unit, Heard):
                    ticket = unit.connection.ticket
                    if ticket in batch.lost or self._doorkeeper.is_lost(ticket):
                        batch.written.append((unit, None))
                    else:
                        key = (ticket.session_id, unit.connection.entrance.community_id)
                        drafts.setdefault(key, []).append(unit)
            for (session_id, community_id), heard in sorted(drafts.items(), key=lambda pair: pair[0]):
                written = write(session_id, community_id, [unit.draft for unit in heard])
                batch.written += list(zip(heard, written, strict=True))
            for unit in units:
                if isinstance(unit, Look):
                    authors = dict(people(unit.session_id, unit.community_id))
                    found = remarks(unit.session_id, unit.community_id, unit.since)
                    batch.seen[unit.session_id] = Seen(unit.since, authors, found)
        self._doorkeeper.keep(verdict)
        return batch

    # In the event loop ----------------------------------------------------------

    def _settle(self, units: Iterable[Heard | Look | Watch], batch: Batch) -> None:
        if batch.lost:
            for one in [one for one in self._all if one.ticket in batch.lost]:
                self.drop(one)
        for session_id, seen in batch.seen.items():
            self._take(session_id, seen, units)
        for heard, written in batch.written:
            one = heard.connection
            if written is None:
                self.refuse(one, heard.draft.client_id, "no_right")
                continue
            one.wire.write(encode({"type": "ack", "id": heard.draft.client_id, "seq": written.seq}))
            block = self.blocks.get(one.ticket.session_id)
            if written.new and block:
                self._append(block, _view(written))
                self.relay.tell(block.session_id, "moved")
        for unit in units:
            if isinstance(unit, Look) and unit.done:
                unit.done(unit.ticket not in batch.lost)

    def _take(self, session_id: int, seen: Seen, units: Iterable[Heard | Look | Watch]) -> None:
        block = self.blocks.get(session_id)
        if block is None:
            look = next(unit for unit in units if isinstance(unit, Look) and unit.session_id == session_id)
            if look.ticket and seen.since == 0:
                self.blocks[session_id] = Block(session_id, look.community_id, seen.authors, seen.remarks)
            return
        block.authors = seen.authors
        for view in seen.remarks:
            self._append(block, view)

    def _append(self, block: Block, view: RemarkView) -> None:
        if view.seq <= len(block.remarks):
            return
        if view.seq > len(block.remarks) + 1:
            self._look(block.session_id)
            return
        block.remarks.append(view)
        body = orjson.dumps(fields_of(view))[1:]
        for one in block.connections:
            if one.joined and one.held < view.seq:
                one.wire.write(frame(b'{"type":"line","seq":%d,"prev":%d,%s' % (view.seq, one.held, body)))
                one.held = view.seq

    def _failed(self, units: Iterable[Heard | Look | Watch], error: Exception) -> None:
        for unit in units:
            if isinstance(unit, Heard):
                self.refuse(unit.connection, unit.draft.client_id, "unavailable")
            elif isinstance(unit, Look) and unit.done:
                unit.done(False)

    async def block_for(self, entrance: Entrance) -> Block | None:
        ticket = entrance.ticket
        for _ in range(3):
            done: asyncio.Future[bool] = self._loop.create_future()
            held = len(self.blocks[ticket.session_id].remarks) if ticket.session_id in self.blocks else 0
            self.writer.submit(Look(ticket.session_id, entrance.community_id, held, ticket, _once(done)))
            if not await asyncio.wait_for(done, 30):
                return None
            if ticket.session_id in self.blocks:
                return self.blocks[ticket.session_id]
        return None

    def add(self, block: Block, one: Connection) -> None:
        if block.session_id not in self.blocks:
            # The watch let go of an empty block while this socket was being accepted.
            self.blocks[block.session_id] = block
            self._look(block.session_id)
        self.blocks[block.session_id].connections.add(one)
        self._all.add(one)

    def remove(self, one: Connection) -> None:
        self._all.discard(one)
        block = self.blocks.get(one.ticket.session_id)
        if block and one in block.connections:
            block.connections.discard(one)
            self._presence(block)

    def drop(self, one: Connection) -> None:
        one.wire.write(encode({"type": "closed", "code": "no_right"}))
        one.wire.close(NO_RIGHT)
        self.remove(one)

    def join(self, block: Block, one: Connection, since: int) -> None:
        first, one.joined = not one.joined, True
        since = min(since, len(block.remarks))
        one.wire.write(
            encode(
                {
                    "type": "snapshot",
                    "v": VERSION,
                    "now": clock.instant(clock.now()),
                    "you": {"code": one.ticket.viewer.code},
                    "people": [
                        {"code": who.code, "name": who.name, "title": who.title, "duty": who.duty}
                        for who in block.authors.values()
                    ],
                    "here": self._here(block),
                    "lines": [
                        {"type": "line", "seq": view.seq, "prev": view.seq - 1, **fields_of(view)}
                        for view in block.remarks[since:]
                    ],
                }
            )
        )
        one.held = len(block.remarks)
        if first:
            self._presence(block)

    def catch_up(self, block: Block, one: Connection, since: int) -> None:
        for view in block.remarks[since:]:
            body = orjson.dumps(fields_of(view))[1:]
            one.wire.write(frame(b'{"type":"line","seq":%d,"prev":%d,%s' % (view.seq, view.seq - 1, body)))
        one.held = len(block.remarks)
        one.wire.write(encode({"type": "pong", "now": clock.instant(clock.now()), "seq": one.held}))
        self._look(block.session_id)

    def typing(self, block: Block, one: Connection, on: bool) -> None:
        whole = encode({"type": "typing", "by": one.ticket.viewer.code, "on": on})
        for other in block.connections:
            if other is not one and other.joined:
                other.wire.write(whole)

    def _here(self, block: Block) -> list[str]:
        return sorted({one.ticket.viewer.code for one in block.connections if one.joined})

    def _presence(self, block: Block) -> None:
        whole = encode({"type": "presence", "here": self._here(block)})
        for one in block.connections:
            if one.joined:
                one.wire.write(whole)


def _once(future: "asyncio.Future[bool]") -> Callable[[bool], None]:
    def tell(holds: bool) -> None:
        if not future.done():
            future.set_result(holds)

    return tell


def _view(written: Written) -> RemarkView:
    draft = written.draft
    return RemarkView(
        written.seq, written.seq - 1, draft.at, draft.author, draft.kind, draft.client_id, draft.text, draft.quote
    )


def fields_of(view: RemarkView) -> dict[str, object]:
    fields: dict[str, object] = {
        "kind": view.kind,
        "at": clock.instant(view.at),
        "by": view.by,
        "id": view.client_id,
        "text": view.text,
    }
    if view.quote:
        fields["quote"] = view.quote
    return fields
