"""Opening a community: six steps, each kept when it is answered, and the doors."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vigie.accounts.models import Person
from vigie.communities.access import Actor, Can, right
from vigie.communities.actions import charters, opening
from vigie.communities.forms.opening import (
    OBJECTIVES,
    ROLE_WORDS,
    CharterForm,
    FoundingForm,
    NameForm,
    ObjectivesForm,
    SizeForm,
    TeamForm,
    TermForm,
    charter_initial,
)
from vigie.communities.models import Preparation
from vigie.communities.queries.charters import PARTS, charter_in_force, owing
from vigie.communities.queries.openings import (
    answers_of,
    headcount,
    objectives_of,
    preparation_of,
    size_reason_of,
    team_of,
)
from vigie.communities.rules import Need, Step, is_large, missing
from vigie.core.addresses import address
from vigie.core.errors import NotVisible, Refused

UNPROCESSABLE = 422
LABELS: dict[Step, Promise] = {
    Step.NAME: gettext_lazy("Name"),
    Step.OBJECTIVES: gettext_lazy("Objectives"),
    Step.CHARTER: gettext_lazy("Charter"),
    Step.SIZE: gettext_lazy("Size"),
    Step.TERM: gettext_lazy("Term"),
    Step.TEAM: gettext_lazy("Team"),
}
#: What each need is called, and where it is met.
NEEDS: dict[Need, tuple[Promise, Step]] = {
    Need.OBJECTIVES: (gettext_lazy("An objective, with a figure and a date"), Step.OBJECTIVES),
    Need.CHARTER: (gettext_lazy("The charter: who reads, the data, both sides’ promises"), Step.CHARTER),
    Need.SPONSOR: (gettext_lazy("Who pays"), Step.CHARTER),
    Need.PRIVACY_NOTICE: (gettext_lazy("The privacy notice"), Step.CHARTER),
    Need.CONTACT: (gettext_lazy("A contact address"), Step.CHARTER),
}


@right(Can.RUN_PLATFORM)
@require_http_methods(["GET", "HEAD", "POST"])
def new_community_page(request: HttpRequest) -> HttpResponse:
    person = request.user
    assert isinstance(person, Person)
    start = {"language": person.language, "time_zone": person.time_zone}
    form = FoundingForm(request.POST or None, initial=start)
    if form.is_valid():
        try:
            community = opening.found_community(founder=person, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("opening-step", slug=community.slug, step=Step.OBJECTIVES.value)
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "communities/opening/new.html", {"form": form, "steps": _ropes(None, None)}, status=status)


@right(Can.EDIT_SETTINGS)
@require_safe
def opening_page(request: HttpRequest, slug: str) -> HttpResponse:
    return _summary(request)


def _summary(request: HttpRequest, status: int = 200) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    community, preparation = actor.community, preparation_of(actor.community)
    charter = charter_in_force(community)
    context = _context(actor, None, preparation) | {
        "preparation": preparation,
        "objectives": [(OBJECTIVES[one.kind], one) for one in objectives_of(community)],  # type: ignore[index]
        "team": [(ROLE_WORDS[one.role], one) for one in team_of(actor)],  # type: ignore[index]
        "reason": size_reason_of(community),
        "charter": charter,
        "unpublished": community.opened_at is not None
        and (charter is None or any(getattr(charter, one) != getattr(preparation, one) for one in PARTS)),
        "owing": owing(community),
        "members": headcount(community),
    }
    return render(request, "communities/opening/summary.html", context, status=status)


@dataclass(frozen=True)
class Page:
    """How a step's form is made from what is known, and what is done with it."""

    form: Callable[[Actor, Preparation, Any], Any]
    keep: Callable[[Actor, Any], None]


def _size(actor: Actor, preparation: Preparation, data: Any) -> SizeForm:
    initial = {
        "target": preparation.target,
        "cap": actor.community.cap,
        "regular": preparation.regular,
        "ramp_up": preparation.ramp_up,
        "reason": size_reason_of(actor.community),
    }
    return SizeForm(data, initial=initial)


def _initial(source: Any, names: Any) -> dict[str, Any]:
    return {name: getattr(source, name) for name in names}


PAGES: dict[Step, Page] = {
    Step.NAME: Page(
        lambda actor, _, data: NameForm(data, initial=_initial(actor.community, NameForm.base_fields)),
        lambda actor, form: opening.describe(actor, **form.cleaned_data),
    ),
    Step.OBJECTIVES: Page(
        lambda actor, _, data: ObjectivesForm(data, objectives_of(actor.community)),
        lambda actor, form: opening.set_objectives(actor, form.aims()),
    ),
    Step.CHARTER: Page(
        lambda actor, preparation, data: CharterForm(data, initial=charter_initial(actor.community, preparation)),
        lambda actor, form: opening.write_charter(actor, **form.cleaned_data),
    ),
    Step.SIZE: Page(_size, lambda actor, form: opening.set_size(actor, **form.cleaned_data)),
    Step.TERM: Page(
        lambda _, preparation, data: TermForm(data, initial=_initial(preparation, TermForm.base_fields)),
        lambda actor, form: opening.set_term(actor, **form.cleaned_data),
    ),
    Step.TEAM: Page(
        lambda actor, _, data: TeamForm(data, actor, team_of(actor)),
        lambda actor, form: opening.name_team(actor, form.team()),
    ),
}


@right(Can.EDIT_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def step_page(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if step not in set(Step):
        raise NotVisible(step)
    here = Step(step)
    page, preparation = PAGES[here], preparation_of(actor.community)
    form = page.form(actor, preparation, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                page.keep(actor, form)
            except Refused as refused:
                _blame(form, str(refused.message))
            except ValidationError as error:
                _blame(form, " ".join(error.messages))
            else:
                onward = list(Step)[list(Step).index(here) + 1 :]
                if onward and actor.community.opened_at is None:
                    return redirect("opening-step", slug=slug, step=onward[0].value)
                messages.success(request, _("It is kept."))
                return redirect("opening", slug=slug)
    context = _context(actor, here, preparation) | {"form": form, "is_large": is_large(actor.community.cap)}
    return render(request, f"communities/opening/{here}.html", context, status=status)


def _blame(form: Any, sentence: str) -> None:
    """The whole form is at fault."""
    if hasattr(form, "add_error"):
        form.add_error(None, sentence)
    else:
        form.problem = sentence


@right(Can.EDIT_SETTINGS)
@require_POST
def open_doors(request: HttpRequest, slug: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        opening.open_community(actor)
    except Refused as refused:
        messages.error(request, str(refused.message))
        for one in gate_of(actor, preparation_of(actor.community), None):
            if not one["done"]:
                messages.warning(request, f"{one['label']} ({one['detail']})")
        return _summary(request, UNPROCESSABLE)
    messages.success(request, _("The doors are open. The charter is published."))
    return redirect("opening", slug=slug)


@right(Can.EDIT_SETTINGS)
@require_POST
def publish_charter(request: HttpRequest, slug: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        charters.publish_charter(actor)
    except Refused as refused:
        messages.error(request, str(refused.message))
        return _summary(request, UNPROCESSABLE)
    messages.success(request, _("The new charter is published. Members are asked to accept it."))
    return redirect("opening", slug=slug)


# What every page of the opening shows ------------------------------------------------------------------------------


def _context(actor: Actor, here: Step | None, preparation: Preparation) -> dict[str, Any]:
    gate = gate_of(actor, preparation, here)
    left = sum(not one["done"] for one in gate)
    return {
        "steps": _ropes(actor, here, preparation.kept),
        "step": here,
        "before": _neighbour(here, -1),
        "after": _neighbour(here, 1),
        "gate": gate,
        "left": left,
        "left_words": ngettext("One thing is left", "%(count)s things are left", left) % {"count": left},
        "saved_at": preparation.saved_at if preparation.kept else None,
    }


def gate_of(actor: Actor, preparation: Preparation, here: Step | None) -> list[dict[str, Any]]:
    """What the doors wait for, done or not, and the step where it is done."""
    lacking = missing(answers_of(actor.community, preparation))
    return [
        {"label": label, "detail": _where(step, here) if need in lacking else "", "done": need not in lacking}
        for need, (label, step) in NEEDS.items()
    ]


def _where(step: Step, here: Step | None) -> str:
    number = list(Step).index(step) + 1
    return (
        _("here, step %(number)s") % {"number": number} if step == here else _("step %(number)s") % {"number": number}
    )


def _neighbour(here: Step | None, way: int) -> tuple[Step, Promise] | None:
    if here is None:
        return None
    place = list(Step).index(here) + way
    return (list(Step)[place], LABELS[list(Step)[place]]) if 0 <= place < len(Step) else None


def _ropes(actor: Actor | None, here: Step | None, kept: list[str] | None = None) -> list[dict[str, Any]]:
    """The six flags; before the community exists, the first alone flies."""
    ropes = []
    for number, step in enumerate(Step, 1):
        is_here = step == here or (actor is None and step == Step.NAME)
        done = step.value in (kept or []) or (actor is not None and step == Step.NAME)
        ropes.append(
            {
                "label": LABELS[step],
                "detail": _("step %(number)s of 6") % {"number": number} if is_here else _("kept") if done else "",
                "href": address("opening-step", slug=actor.community.slug, step=step.value) if actor else "",
                "state": "now" if is_here else "done" if done else "next",
            }
        )
    return ropes
