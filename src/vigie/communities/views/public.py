from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vigie.accounts.models import Person
from vigie.accounts.rules import is_own_path
from vigie.communities.access import Actor, Can, right
from vigie.communities.actions import charters
from vigie.communities.forms.opening import INDEPENDENCE, OBJECTIVES
from vigie.communities.modules import belongings
from vigie.communities.queries.charters import accepted_by, charter_in_force, charters_of
from vigie.communities.queries.openings import (
    headcount,
    in_preparation,
    objectives_of,
    preparation_of,
    size_reason_of,
)
from vigie.core.errors import NotVisible, Refused
from vigie.shell.themes import theme_css


@right(Can.PUBLIC)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The installation's front door: visitors to sign-in, people straight to their community, or to a choice."""
    person = request.user
    if not isinstance(person, Person):
        return redirect("demo:door" if settings.DEMO else "account_login")
    found = belongings(person)
    if len(found) == 1 and not person.is_platform_administrator:
        return redirect(found[0].url)
    context = {"belongings": found, "founds": person.is_platform_administrator, "prepared": in_preparation(person)}
    return render(request, "communities/choice.html", context)


@right(Can.VIEW_PUBLIC_PAGE)
@require_safe
def about(request: HttpRequest, slug: str) -> HttpResponse:
    """What anybody may know: who is behind it, what it must change and by when, how to reach a human being."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    community = actor.community
    return render(
        request,
        "communities/about.html",
        {
            "inside": reverse("live:home", args=[slug]) if actor.can(Can.VIEW_MEMBER_AREA) else "",
            "charter": charter_in_force(community),
            "independence": INDEPENDENCE,
            "objectives": [(OBJECTIVES[one.kind], one) for one in objectives_of(community)],  # type: ignore[index]
            "preparation": preparation_of(community),
        },
    )


@right(Can.VIEW_PUBLIC_PAGE)
@require_safe
def transparency(request: HttpRequest, slug: str) -> HttpResponse:
    """Who reads, what becomes of the data, the rules, the figures."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    community = actor.community
    return render(
        request,
        "communities/transparency.html",
        {
            "charter": charter_in_force(community),
            "objectives": [(OBJECTIVES[one.kind], one) for one in objectives_of(community)],  # type: ignore[index]
            "preparation": preparation_of(community),
            "members": headcount(community),
            "reason": size_reason_of(community),
        },
    )


@right(Can.VIEW_PUBLIC_PAGE)
@require_safe
def charter_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The charter in force, or `?version=` as it was read then."""
    return _charter(request)


def _charter(request: HttpRequest, status: int = 200) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    versions = charters_of(actor.community)
    asked = request.GET.get("version", "")
    shown = next((one for one in versions if str(one.number) == asked), None)
    if asked and shown is None:
        raise NotVisible(asked)
    accepted = accepted_by(actor.membership) if actor.membership else {}
    context = {
        "versions": versions,
        "charter": shown or (versions[0] if versions else None),
        "accepted": accepted,
        "asks": actor.owes_charter,
        "independence": INDEPENDENCE,
    }
    return render(request, "communities/charter.html", context, status=status)


@right(Can.CONSENT)
@require_POST
def accept_charter(request: HttpRequest, slug: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    number = request.POST.get("number", "")
    try:
        charters.accept_charter(actor, int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 0)
    except Refused as refused:
        messages.error(request, str(refused.message))
        return _charter(request, 422)
    messages.success(request, _("Thank you. The charter is accepted, and the date is kept."))
    onward = request.POST.get("next", "")
    return redirect(onward if is_own_path(onward) else reverse("community-charter", args=[slug]))


@right(Can.VIEW_PUBLIC_PAGE)
@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """The community's six numbers as CSS variables: the same bytes for every reader."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    response = HttpResponse(theme_css(actor.community), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "private, max-age=300"
    return response
