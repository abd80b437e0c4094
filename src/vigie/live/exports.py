"""A transcript as a file: one offline page, or data. The formats are written down in `docs/formats/transcript.md`.

Pure: a transcript in, text or bytes out, in the language and under the names that were asked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import orjson
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vigie.live.models import TranscriptFile
from vigie.live.queries.transcripts import Chapter, Said, Transcript, Voice
from vigie.shell import formats

FORMAT = "vigie.transcript"
VERSION = 1

Format = TranscriptFile.Format


def build(view: Transcript, kind: str) -> bytes:
    """The file's bytes. Raises `ValueError` for a format that does not exist."""
    match Format(kind):
        case Format.JSON:
            return transcript_json(view)
        case Format.HTML:
            return transcript_html(view).encode()


# Data -------------------------------------------------------------------------


def transcript_json(view: Transcript) -> bytes:
    """Text is kept code point for code point."""
    session = view.session
    document = {
        "format": FORMAT,
        "version": VERSION,
        "session": {
            "code": session.code,
            "number": session.number,
            "title": session.title,
            "agenda": session.agenda,
            "starts_at": _instant(session.starts_at),
            "time_zone": session.time_zone,
            "minutes": session.minutes,
            "opened_at": _instant(session.opened_at),
            "closed_at": _instant(session.closed_at),
            "invited": view.invited,
        },
        "names": view.identity,
        "people": [_person(voice) for voice in view.voices],
        "items": [
            {"id": item.id, "kind": item.kind, "number": item.number, "text": item.text, "seq": item.seq}
            for item in view.items
        ],
        "lines": [_line(line) for line in view.lines],
        "reactions": [
            {"seq": one.seq, "at": _instant(one.at), "by": one.by, "to": one.to, "mark": one.mark, "on": one.on}
            for one in view.reactions
        ],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _person(voice: Voice) -> dict[str, Any]:
    person = {"id": voice.id, "part": "moderator" if voice.moderates else "participant"}
    return {**person, "name": voice.name} if voice.name else person


def _line(line: Said) -> dict[str, Any]:
    values = {
        "seq": line.seq,
        "at": _instant(line.at),
        "kind": line.kind,
        "by": line.by,
        "item": line.item,
        "item_kind": line.item_kind,
        "to": line.to,
        "seat": line.seat,
        "text": line.text,
    }
    return {name: value for name, value in values.items() if value not in {"", 0}}


def _instant(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# The offline page --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Note:
    """Lines without words that follow one another, as one sentence."""

    seq: int
    clock: str
    words: str


#: The page's own style: the file must read anywhere, years later, without the product.
STYLE = """
:root{color-scheme:light dark;font:17px/1.5 system-ui,sans-serif;--line:color-mix(in srgb,CanvasText 18%,Canvas)}
body{margin:0 auto;max-width:62rem;padding:1.5rem}
h1{font-size:2rem;line-height:1.1;margin:0 0 .3rem}
h2{font-size:1.2rem;line-height:1.3;margin:2.2rem 0 .6rem;padding:.7rem 1rem;border-left:.5rem solid #0f6b6b;
background:color-mix(in srgb,#0f6b6b 12%,Canvas)}
dl{display:flex;flex-wrap:wrap;gap:.6rem 2rem;margin:1.2rem 0}
dt{font-size:.85rem;opacity:.8}dd{margin:0;font-weight:700}
table{border-collapse:collapse;width:100%}
caption{text-align:left;font-weight:700;padding-bottom:.4rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line)}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.script th{width:11rem;font-weight:700;text-align:right;padding-right:1rem}
.script time{display:block;font-weight:400;font-size:.8rem;opacity:.8}
.script td{border-left:2px solid var(--line);padding-left:1rem;white-space:pre-wrap;overflow-wrap:anywhere}
.host td{border-left-color:#b8860b}
blockquote{margin:0 0 .3rem;padding-left:.7rem;border-left:3px solid #b8860b;font-size:.9rem;opacity:.85}
.note td{font-style:italic;opacity:.85}
.marks,.small{font-size:.85rem;opacity:.85}
@media (max-width:40rem){.script th{width:6rem}}
@media print{body{max-width:none;padding:0;font-size:11pt}h2{break-after:avoid}tr{break-inside:avoid}}
"""


def voice_name(voice: Voice) -> str:
    """The name, or who it is by number."""
    if voice.name:
        return voice.name
    if voice.moderates:
        return _("Moderator")
    return _("Respondent %(number)s") % {"number": voice.id}


def transcript_html(view: Transcript) -> str:
    """One file: no script, no address, nothing to load."""
    session, zone = view.session, view.session.time_zone
    names = {voice.id: voice_name(voice) for voice in view.voices}
    start = session.opened_at or session.starts_at
    lead = [
        _("Session %(number)s") % {"number": session.number},
        formats.day(start, zone, year=True),
        formats.hour(start, zone),
        formats.city(zone),
    ]
    if hosts := ", ".join(names[voice.id] for voice in view.moderators):
        lead.append(_("moderated by %(names)s") % {"names": hosts})
    body = [
        f"<h1>{escape(session.title)}</h1>",
        f"<p>{escape(sentence_end(', '.join(lead)))}</p>",
        f"<p>{escape(session.agenda)}</p>" if session.agenda else "",
        _facts(view),
        _shares(view, names),
        *(_chapter(chapter, names) for chapter in view.chapters),
        f'<p class="small">{escape(_names_note(view.identity))}</p>',
    ]
    return (
        f'<!doctype html>\n<html lang="{escape(formats.language()[:2])}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(session.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(part for part in body if part)
        + "\n</body>\n</html>\n"
    )


def _facts(view: Transcript) -> str:
    facts = [
        (_("Came"), _("%(came)s of %(invited)s") % {"came": len(view.participants), "invited": view.invited}),
        (_("Messages"), formats.number(view.messages)),
        (_("Words of participants"), formats.number(view.words)),
    ]
    if view.minutes is not None:
        facts.insert(1, (_("Length"), formats.minutes(view.minutes)))
    if view.gini is not None:
        facts.append((_("Gini index of words"), formats.number(view.gini, 2)))
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts)
    return f"<dl>{rows}</dl>"


def _shares(view: Transcript, names: dict[str, str]) -> str:
    if not view.participants:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escape(names[voice.id])}</th><td class="n">{formats.number(voice.messages)}</td>'
        f'<td class="n">{formats.number(voice.words)}</td><td class="n">{formats.percent(voice.share)}</td></tr>'
        for voice in view.participants
    )
    heads = [_("Messages"), _("Words"), _("Share of words")]
    return (
        f"<table><caption>{escape(_('Share of words'))}</caption>"
        f'<thead><tr><th scope="col">{escape(_("Participant"))}</th>'
        + "".join(f'<th scope="col" class="n">{escape(head)}</th>' for head in heads)
        + f"</tr></thead><tbody>{rows}</tbody></table>"
    )


def chapter_title(chapter: Chapter) -> str:
    if chapter.item is None:
        return _("Before the first question")
    return f"{chapter.item.number or ''} {chapter.item.text}".strip()


def _chapter(chapter: Chapter, names: dict[str, str]) -> str:
    rows = [_row(line, names) for line in told(chapter.lines, names)]
    anchor = f' id="q{chapter.item.number}"' if chapter.item else ""
    head = f"<h2{anchor}>{escape(chapter_title(chapter))}</h2>"
    return f'{head}\n<table class="script"><tbody>\n' + "\n".join(rows) + "\n</tbody></table>"


def _row(line: Said | Note, names: dict[str, str]) -> str:
    clock = f"<time>{line.clock}</time>"
    if isinstance(line, Note):
        return f'<tr id="l{line.seq}" class="note"><th scope="row">{clock}</th><td>{escape(line.words)}</td></tr>'
    host = ' class="host"' if line.by.startswith("m") else ""
    quote = ""
    if line.to:
        who = escape(names.get(line.quote_by, ""))
        quote = f"<blockquote><b>{who}</b> {escape(line.quote)}</blockquote>"
    marks = f'\n<span class="marks">{escape(marks_sentence(line))}</span>' if line.marks else ""
    name = escape(names.get(line.by, ""))
    words = f"{quote}{escape(line.text)}{marks}"
    return f'<tr id="l{line.seq}"{host}><th scope="row">{name}{clock}</th><td>{words}</td></tr>'


def marks_sentence(line: Said) -> str:
    """`2 think the same, 1 says thanks`."""
    return ", ".join(mark_words(mark, count) for mark, count in sorted(line.marks.items()))


def mark_words(mark: str, count: int) -> str:
    match mark:
        case "same":
            words = ngettext("%(count)s thinks the same", "%(count)s think the same", count)
        case "thanks":
            words = ngettext("%(count)s says thanks", "%(count)s say thanks", count)
        case "surprised":
            words = ngettext("%(count)s is surprised", "%(count)s are surprised", count)
        case _:
            return f"{count}"
    return words % {"count": formats.number(count)}


def event_sentence(kind: str, people: Sequence[str]) -> str:
    """What happened, for lines that hold no words."""
    names = ", ".join(people)
    match kind:
        case "admitted":
            return ngettext("%(names)s comes in.", "%(names)s come in.", len(people)) % {"names": names}
        case "removed":
            return ngettext("%(names)s leaves the session.", "%(names)s leave the session.", len(people)) % {
                "names": names
            }
        case "opened":
            return _("The session opens.")
        case "closing":
            return _("The session is about to end.")
        case "closed":
            return _("The session is closed.")
    return ""


def told(lines: Iterable[Said], names: dict[str, str]) -> Iterator[Said | Note]:
    """The lines to show: those that hold words as they are, those that hold none brought together."""
    for key, group in groupby(lines, lambda line: line.seq if line.text else line.kind):
        if isinstance(key, int):
            yield from group
        else:
            alike = list(group)
            people = [names[line.seat] for line in alike if line.seat]
            # A seat that never came in has no voice here, and its departure is nobody's.
            if people or key not in {"admitted", "removed"}:
                yield Note(alike[0].seq, alike[0].clock, event_sentence(key, people))


def sentence_end(words: str) -> str:
    """Its full stop, unless an initial already ends it."""
    return words if words.endswith(".") else f"{words}."


def _names_note(identity: str) -> str:
    match TranscriptFile.Identity(identity):
        case TranscriptFile.Identity.ALIAS:
            return _("Names are those of this session alone.")
        case TranscriptFile.Identity.PSEUDONYM:
            return _("Names are the members’ pseudonyms. This file is for the team.")
        case TranscriptFile.Identity.ID:
            return _("Names are replaced by numbers drawn for this session alone.")
