"""What was said in a session, for those who may read it, under the names that they may read.

A page costs the same whatever else the community said: lines are found by session and number, and the figures of a
whole session are counted once for each length of its log.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from vigie.communities.access import Actor, Can, Role
from vigie.core.database import read_moment, stored_moment
from vigie.core.errors import NotVisible
from vigie.core.rows import Read, fetch, together
from vigie.live.log import guide_cards
from vigie.live.models import Seat, Session, TranscriptFile
from vigie.live.protocol.state import Duty, ItemKind
from vigie.live.queries.sessions import get_session
from vigie.shell.pavillons import draw, recipe

PAGE = 120
#: Under this Gini index of words, speech is called balanced.
BALANCED = 0.45

Identity = TranscriptFile.Identity
COLUMNS = ("seq", "kind", "author", "text", "item", "target", "mark", "CAST(at AS TEXT)")
#: What each of them holds: [int, str, str, str, str, int or None, str, str].
Row = list[Any]


def identities(actor: Actor) -> frozenset[str]:
    """The names that this reader may ask for. Observers: aliases, by whatever route."""
    if actor.role in {Role.MODERATOR, Role.MANAGER}:
        return frozenset(Identity.values)
    return frozenset({Identity.ALIAS.value})


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who spoke or came. `id` is a number drawn for this session, or m1, m2… for those who moderated.

    `name` is "" where numbers stand alone. `share` is the part of the participants' words, from 0 to 1.
    """

    id: str
    name: str
    moderates: bool
    flag: str = ""
    messages: int = 0
    words: int = 0
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Item:
    """Something of the guide that was sent, with the number of its line. `number` counts questions, 0 for the rest."""

    id: str
    kind: ItemKind
    number: int
    text: str
    seq: int
    messages: int


@dataclass(frozen=True, slots=True)
class Reaction:
    seq: int
    at: datetime
    by: str
    to: int
    mark: str
    on: bool


class Said(NamedTuple):
    """A line of the log. `by` is a voice's id, as is `seat` where somebody came in or left."""

    seq: int
    kind: str
    at: datetime
    clock: str
    by: str
    name: str
    text: str
    item: str
    item_kind: str
    to: int
    seat: str
    quote: str
    quote_by: str
    quote_name: str
    marks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What was said about one question, None before the first. `continued`: its beginning is on an earlier page."""

    item: Item | None
    continued: bool
    lines: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    session: Session
    identity: str
    voices: tuple[Voice, ...]
    invited: int
    items: tuple[Item, ...]
    lines: tuple[Said, ...]
    reactions: tuple[Reaction, ...]
    chapters: tuple[Chapter, ...]
    gini: float | None
    page: int
    pages: int

    @property
    def participants(self) -> list[Voice]:
        """The most words first; equal ones by name, then number."""
        people = [voice for voice in self.voices if not voice.moderates]
        return sorted(people, key=lambda one: (-one.words, one.name.casefold(), int(one.id)))

    @property
    def moderators(self) -> list[Voice]:
        return [voice for voice in self.voices if voice.moderates]

    @property
    def messages(self) -> int:
        return sum(voice.messages for voice in self.voices)

    @property
    def words(self) -> int:
        return sum(voice.words for voice in self.participants)

    @property
    def minutes(self) -> int | None:
        if self.session.opened_at is None or self.session.closed_at is None:
            return None
        return round((self.session.closed_at - self.session.opened_at).total_seconds() / 60)

    @property
    def is_balanced(self) -> bool:
        return self.gini is not None and self.gini < BALANCED


# Figures of a whole session: numbers, no words ------------------------------


@dataclass(slots=True)
class Figures:
    messages: dict[str, int] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    came: set[str] = field(default_factory=set)
    answers: dict[str, int] = field(default_factory=dict)
    #: Sent items in order: code, kind, number of the line.
    launched: list[tuple[str, str, int]] = field(default_factory=list)
    marks: dict[int, dict[str, int]] = field(default_factory=dict)


#: By session and length of its log: both are in the key, so that no figure outlives what it counts.
_figures: dict[tuple[str, int], Figures] = {}
_KEPT = 64


def _count(rows: Iterable[Row]) -> Figures:
    figures = Figures()
    marked: dict[tuple[int, str], set[str]] = {}
    current = ""
    for seq, kind, author, text, item, target, mark, _ in rows:
        if kind == "said":
            figures.messages[author] = figures.messages.get(author, 0) + 1
            figures.words[author] = figures.words.get(author, 0) + len(text.split())
            about = item or current
            figures.answers[about] = figures.answers.get(about, 0) + 1
        elif kind == "reacted":
            authors = marked.setdefault((target or 0, mark.removeprefix("-")), set())
            (authors.discard if mark.startswith("-") else authors.add)(author)
        elif kind == "admitted":
            figures.came.add(item)
        elif kind == "launched":
            figures.launched.append((item, mark, seq))
            if mark == ItemKind.QUESTION:
                current = item
    for (seq, mark), authors in marked.items():
        if authors:
            figures.marks.setdefault(seq, {})[mark] = len(authors)
    return figures


def gini(words: Sequence[int]) -> float | None:
    """0 when all wrote as much, near 1 when one wrote everything. None for fewer than two people, or no word."""
    total, count = sum(words), len(words)
    if count < 2 or not total:
        return None
    ranked = sum(rank * value for rank, value in enumerate(sorted(words), 1))
    return (2 * ranked) / (count * total) - (count + 1) / count


# The transcript -------------------------------------------------------------


def transcript(session: Session, identity: str, *, page: int | None = None) -> Transcript:
    """The whole of it, or one page of `PAGE` numbers of the log. Four queries; five when a page is not the log's only
    one and its figures were not counted yet, one more when it answers lines of another page."""
    pages = max(1, -(-session.last_seq // PAGE))
    whole = page is None or pages == 1
    shown = _lines_read(session)
    if page is not None and not whole:
        page = min(max(page, 1), pages)
        shown = _lines_read(session, "AND seq > %s AND seq <= %s", (page - 1) * PAGE, page * PAGE)
    seats, hosts, items_, rows = together(
        Read(
            ("seat.code", "seat.alias", "member.pseudonym", "seat.flag_seed", "seat.state"),
            "FROM live_seat seat JOIN communities_membership member ON member.id = seat.membership_id "
            "WHERE seat.session_id = %s ORDER BY seat.id",
            [session.pk],
        ),
        Read(
            ("duty.code", "member.pseudonym"),
            "FROM live_assignment duty JOIN communities_membership member ON member.id = duty.membership_id "
            "WHERE duty.session_id = %s AND duty.duty = %s ORDER BY duty.id",
            [session.pk, str(Duty.MODERATOR)],
        ),
        Read(
            ("code", "kind", "text", "minutes", "must_ask"),
            "FROM live_guideitem WHERE session_id = %s ORDER BY position, id",
            [session.pk],
        ),
        shown,
    )
    guide = guide_cards(items_)
    key = (session.code, session.last_seq)
    figures = _figures.get(key)
    if figures is None:
        figures = _count(rows if whole else _rows(session))
        while len(_figures) >= _KEPT:
            _figures.pop(next(iter(_figures)), None)
        _figures[key] = figures
    texts = {row[0]: (row[2], row[3]) for row in rows if row[1] == "said"}
    if missing := sorted({row[5] for row in rows if row[1] == "said" and row[5] and row[5] not in texts}):
        answered = _rows(session, f"AND seq IN ({', '.join(['%s'] * len(missing))})", *missing)
        texts |= {row[0]: (row[2], row[3]) for row in answered}
    launched_texts = {row[4]: row[3] for row in rows if row[1] == "launched"}
    if len(launched_texts) < len(figures.launched):
        launched_texts = {row[4]: row[3] for row in _rows(session, "AND kind = 'launched'")}
    voices, by_code = _voices(session, seats, hosts, figures, identity)
    numbers = {card.code: card.number for card in guide}
    items = tuple(
        Item(code, ItemKind(kind), numbers.get(code, 0), launched_texts[code], seq, figures.answers.get(code, 0))
        for code, kind, seq in figures.launched
    )
    lines, reactions = _lines(rows, by_code, texts, figures, ZoneInfo(session.time_zone))
    questions = {item.id: item for item in items if item.kind is ItemKind.QUESTION}
    return Transcript(
        session=session,
        identity=identity,
        voices=voices,
        invited=sum(state != Seat.State.REMOVED or code in figures.came for code, _, _, _, state in seats),
        items=items,
        lines=tuple(lines),
        reactions=tuple(reactions),
        chapters=tuple(_chapters(lines, questions)),
        gini=gini([voice.words for voice in voices if not voice.moderates]),
        page=page or 1,
        pages=pages if page is not None else 1,
    )


def _lines_read(session: Session, more: str = "", *values: int) -> Read:
    """Lines of the session's log, in order."""
    return Read(COLUMNS, f"FROM live_line WHERE session_id = %s {more} ORDER BY seq", [session.pk, *values])


def _rows(session: Session, more: str = "", *values: int) -> list[Any]:
    return together(_lines_read(session, more, *values))[0]


def _voices(
    session: Session,
    seats: Sequence[Sequence[str]],
    hosts: Sequence[Sequence[str]],
    figures: Figures,
    identity: str,
) -> tuple[tuple[Voice, ...], dict[str, Voice]]:
    came = [seat for seat in seats if seat[0] in figures.came or seat[0] in figures.messages]
    # An order that says nothing: neither who was invited first nor whose name comes first.
    shuffled = sorted(came, key=lambda seat: sha256(f"{session.code}/{seat[3]}".encode()).digest())
    ids = {seat[0]: str(number) for number, seat in enumerate(shuffled, 1)}
    total = sum(figures.words.get(seat[0], 0) for seat in came)
    by_code: dict[str, Voice] = {}
    taken = frozenset[tuple[str, ...]]()
    for code, alias, pseudonym, seed, _ in seats:
        flag = recipe(seed, taken)
        taken |= {flag[:4]}
        if code not in ids:
            continue
        words = figures.words.get(code, 0)
        name = {Identity.ALIAS: alias, Identity.PSEUDONYM: pseudonym}.get(Identity(identity), "")
        by_code[code] = Voice(
            id=ids[code],
            name=name,
            moderates=False,
            flag="" if identity == Identity.ID else draw(flag),
            messages=figures.messages.get(code, 0),
            words=words,
            share=words / total if total else 0.0,
        )
    people = tuple(sorted(by_code.values(), key=lambda voice: int(voice.id)))
    speakers = []
    for number, (code, pseudonym) in enumerate(hosts, 1):
        name = "" if identity == Identity.ID else pseudonym
        by_code[code] = Voice(
            id=f"m{number}",
            name=name,
            moderates=True,
            messages=figures.messages.get(code, 0),
            words=figures.words.get(code, 0),
        )
        speakers.append(by_code[code])
    return (*speakers, *people), by_code


#: The room itself, which speaks without a name.
NOBODY = Voice("", "", False)
_NO_MARKS: Mapping[str, int] = {}


def _lines(
    rows: Iterable[Row],
    by_code: Mapping[str, Voice],
    texts: Mapping[int, tuple[str, str]],
    figures: Figures,
    zone: ZoneInfo,
) -> tuple[list[Said], list[Reaction]]:
    lines: list[Said] = []
    reactions: list[Reaction] = []
    find = by_code.get
    for seq, kind, author, text, item, target, mark, stored in rows:
        voice, at = find(author, NOBODY), read_moment(stored)
        if kind == "reacted":
            reactions.append(Reaction(seq, at, voice.id, target or 0, mark.removeprefix("-"), not mark.startswith("-")))
            continue
        moves = kind in {"admitted", "removed"}
        to = target or 0 if kind == "said" else 0
        quoted, quote = texts.get(to, ("", ""))
        answered = find(quoted, NOBODY)
        local = at.astimezone(zone)
        lines.append(
            Said(
                seq=seq,
                kind=kind,
                at=at,
                clock=f"{local.hour:02}:{local.minute:02}",
                by=voice.id,
                name=voice.name,
                text=text,
                item="" if moves else item,
                item_kind=mark if kind == "launched" else "",
                to=to,
                seat=find(item, NOBODY).id if moves else "",
                quote=quote,
                quote_by=answered.id,
                quote_name=answered.name,
                marks=figures.marks.get(seq, _NO_MARKS),
            )
        )
    return lines, reactions


def _chapters(lines: Sequence[Said], questions: Mapping[str, Item]) -> Iterator[Chapter]:
    """Lines under the question that they answer, in the order in which the questions were asked."""
    first = lines[0].seq if lines else 0
    asked = [item for item in questions.values() if item.seq < first]
    current = asked[-1].id if asked else ""
    groups: dict[str, list[Said]] = {}
    for line in lines:
        if line.kind == "launched" and line.item in questions:
            current = line.item
            groups.setdefault(current, [])
            continue
        about = line.item if line.kind == "said" and line.item in questions else current
        groups.setdefault(about, []).append(line)
    order = {code: place for place, code in enumerate(questions, 1)}
    for code in sorted(groups, key=lambda code: order.get(code, 0)):
        item = questions.get(code)
        yield Chapter(item, item is not None and item.seq < first, tuple(groups[code]))


# Files ----------------------------------------------------------------------


def transcript_files(actor: Actor, session: Session, at: datetime) -> list[TranscriptFile]:
    """The reader's own files of this session that still exist, newest first."""
    if actor.membership is None:
        return []
    files = fetch(
        TranscriptFile,
        "WHERE one.session_id = %s AND one.requested_by_id = %s AND one.expires_at > %s ORDER BY one.id DESC LIMIT 5",
        [session.pk, actor.membership.pk, stored_moment(at)],
    )
    return [file for file in files if file.identity in identities(actor)]


def get_transcript_file(actor: Actor, session_code: str, code: str, at: datetime) -> TranscriptFile:
    """Asked at every download: the right, the session, the owner, the names. Raises `NotVisible`."""
    membership = actor.need(Can.VIEW_TRANSCRIPT)
    session = get_session(actor, session_code)
    file = TranscriptFile.objects.filter(
        session=session, code=code, requested_by=membership, state=TranscriptFile.State.READY, expires_at__gt=at
    ).first()
    if file is None or file.identity not in identities(actor):
        raise NotVisible(code)
    file.session = session
    return file


def to_make() -> list[int]:
    """Files that a lost wake-up left behind, in every community."""
    from django_scopes import scopes_disabled

    with scopes_disabled():
        waiting = TranscriptFile.objects.filter(state=TranscriptFile.State.WAITING)
        return list(waiting.order_by("id").values_list("id", flat=True)[:50])
