"""What was said: the page, and the file that is made of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe
from markupsafe import Markup, escape

from vigie.communities.access import Actor, Can, right
from vigie.core import clock
from vigie.core.errors import Denied
from vigie.live import actions, tasks
from vigie.live.exports import Note, marks_sentence, sentence_end, told, voice_name
from vigie.live.forms import TranscriptFileForm
from vigie.live.models import TranscriptFile
from vigie.live.protocol.state import ItemKind
from vigie.live.queries.sessions import get_session
from vigie.live.queries.transcripts import (
    NOBODY,
    PAGE,
    Chapter,
    Said,
    Transcript,
    get_transcript_file,
    identities,
    transcript,
    transcript_files,
)
from vigie.live.views.sessions import own_time, page_number, spelled
from vigie.shell import formats
from vigie.shell.jinja import lantern

CONTENT_TYPES = {
    TranscriptFile.Format.HTML: "text/html; charset=utf-8",
    TranscriptFile.Format.JSON: "application/json",
}


@right(Can.VIEW_TRANSCRIPT)
@require_safe
def transcript_page(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    session = get_session(actor, code)
    allowed = identities(actor)
    asked = request.GET.get("names", TranscriptFile.Identity.ALIAS.value)
    identity = asked if asked in allowed else TranscriptFile.Identity.ALIAS.value
    view = transcript(session, identity, page=page_number(request))
    files = transcript_files(actor, session, clock.now())
    names = {voice.id: voice_name(voice) for voice in view.voices}
    hosts = ", ".join(voice.name for voice in view.moderators if voice.name)
    form = TranscriptFileForm(actor=actor)
    bars = shares(view, names)
    context: dict[str, Any] = {
        "view": view,
        "session": session,
        "names": names,
        "finding": finding(view),
        "shares": bars,
        "files": files,
        "waiting": any(file.state == TranscriptFile.State.WAITING for file in files),
        "form": form,
        "several_names": len(allowed) > 1,
        "identity_words": dict(form.fields["identity"].choices),  # type: ignore[attr-defined]
        "own": own_time(session.opened_at or session.starts_at, session.time_zone),
        "band": band(view),
        "spoken": ", ".join(f"{bar['name']} {bar['part']}" for bar in bars),
        "toc": contents(view),
        "script": _script(view, names),
        "moderated": _("Moderated by %(names)s") % {"names": hosts} if hosts else "",
        "sentence_end": sentence_end,
    }
    return render(request, "live/transcript/transcript.html", context)


@dataclass(frozen=True, slots=True)
class Head:
    """The left column of each line of a voice, as markup written once: a page has hundreds of lines and a dozen voices.

    `who` and `inline` stop before the time; `inline` is seen on phones, `who` is read aloud.
    """

    kind: str
    who: str
    inline: str


FLAG = '<span class="avatar"><svg viewBox="0 0 36 29" aria-hidden="true"><use href="#v{}"/></svg></span>'


def _heads(view: Transcript, names: dict[str, str]) -> dict[str, Head]:
    found = {}
    for voice in (*view.voices, NOBODY):
        name, mark = escape(names.get(voice.id, "")), ""
        if voice.flag:
            mark = FLAG.format(voice.id)
        elif voice.moderates:
            mark = lantern(names.get(voice.id, ""), "s")
        found[voice.id] = Head(
            "line line--probe" if voice.moderates else "line",
            f'{mark}<b class="line__name">{name}',
            f'<b class="line__name line__name--inline" aria-hidden="true">{name}',
        )
    return found


def _script(view: Transcript, names: dict[str, str]) -> Callable[[Chapter], Markup]:
    """What writes the lines of a chapter: a hundred and twenty on a page, so no template is asked."""
    heads, colon = _heads(view, names), escape(pgettext("between a name and a quotation", ": "))

    def line(one: Said | Note) -> str:
        if isinstance(one, Note):
            return f'<li class="sys">{one.clock} {escape(one.words)}</li>'
        head, quote, marks = heads[one.by], "", ""
        if one.to:
            who = f"<cite>{escape(names[one.quote_by])}</cite>"
            quote = f'<blockquote class="line__quote">{who}{colon}{escape(one.quote)}</blockquote>'
        if one.marks:
            marks = f'<p class="mini muted">{escape(marks_sentence(one))}</p>'
        time = f"<time>{one.clock}</time></b>"
        return (
            f'<li class="{head.kind}" id="l{one.seq}"><div class="line__who">{head.who}{time}</div>'
            f'<div class="line__said">{head.inline} {time}{quote}<p>{escape(one.text)}</p>{marks}</div></li>'
        )

    def script(chapter: Chapter) -> Markup:
        # Each typed word went through `escape()`.
        return Markup("\n".join(line(one) for one in told(chapter.lines, names)))  # noqa: S704

    return script


def finding(view: Transcript) -> str:
    """What the chart shows, as a title."""
    people = view.participants
    if view.gini is None:
        return _("Too few words to compare")
    equal = 1 / len(people)
    loud = sum(voice.share > 2 * equal for voice in people)
    if loud == 1:
        return _("One voice speaks more than twice its share")
    if loud:
        return _("%(count)s voices speak more than twice their share") % {"count": spelled(loud).capitalize()}
    if view.is_balanced:
        return _("%(count)s voices, none drowned out") % {"count": spelled(len(people)).capitalize()}
    return _("Some voices are hardly heard")


def shares(view: Transcript, names: dict[str, str]) -> list[dict[str, Any]]:
    """Bars of the chart, 494 units at the longest, on a scale where the longest takes the room it needs."""
    people = view.participants
    most = max((voice.share for voice in people), default=0.0)
    equal = 1 / len(people) if people else 0.0
    return [
        {
            "name": names[voice.id],
            "share": voice.share,
            "part": formats.percent(voice.share),
            "wrote": formats.number(voice.words),
            "said": formats.number(voice.messages),
            "x": round(150 + 494 * voice.share / most) if most else 150,
            "loud": voice.share > 2 * equal,
        }
        for voice in people
    ]


def band(view: Transcript) -> int:
    """Where equal shares stand on the chart, 0 where there is nothing to compare."""
    most = max((voice.share for voice in view.participants), default=0.0)
    return round(150 + 494 / len(view.participants) / most) if most else 0


def contents(view: Transcript) -> list[dict[str, Any]]:
    """Questions with their place: on this page, or on the one where they were asked."""
    here = {chapter.item.id for chapter in view.chapters if chapter.item}
    rows = []
    for item in view.items:
        if item.kind is not ItemKind.QUESTION:
            continue
        page = "" if item.id in here else f"?page={-(-item.seq // PAGE)}&names={view.identity}"
        href = f"{page}#q{item.number}"
        rows.append({"number": item.number, "text": item.text, "messages": item.messages, "href": href})
    return rows


@right(Can.VIEW_TRANSCRIPT)
@require_POST
def export_transcript(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    session = get_session(actor, code)
    if request.POST.get("identity") in set(TranscriptFile.Identity.values) - identities(actor):
        raise Denied(Can.VIEW_TRANSCRIPT)
    form = TranscriptFileForm(request.POST, actor=actor)
    if form.is_valid():
        wanted = form.cleaned_data
        file = actions.order_transcript(actor, session, kind=wanted["format"], identity=wanted["identity"])
        tasks.wake(file.id)
        messages.success(request, _("Your file is in preparation. It will be kept for seven days, for you alone."))
    else:
        messages.error(request, _("Choose a format and the names in the file."))
    response = redirect("live:transcript", slug=slug, code=code)
    response["Location"] += "#export"
    return response


@right(Can.VIEW_TRANSCRIPT)
@require_safe
def transcript_file(request: HttpRequest, slug: str, code: str, file: str) -> HttpResponse:
    """The right, the session and the owner are asked for each time: the address alone opens nothing."""
    found = get_transcript_file(request.actor, code, file, clock.now())  # type: ignore[attr-defined]
    data = actions.read_transcript_file(found)
    response = HttpResponse(data, content_type=CONTENT_TYPES[TranscriptFile.Format(found.format)])
    name = f"transcript-{slug}-{found.session.number}-{found.identity}.{found.format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
