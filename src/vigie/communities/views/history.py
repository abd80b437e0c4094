"""What happened in the community, as sentences."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vigie.communities.access import Actor, Can, Role, right
from vigie.communities.modules import ROLE_NAMES
from vigie.communities.queries.history import history_page as read_history
from vigie.facts.sentences import KINDS

UNPROCESSABLE = 422


@right(Can.VIEW_HISTORY)
@require_safe
def history_page(request: HttpRequest, slug: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    typed, day, wrong = request.GET.get("day", ""), None, ""
    if typed:
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            wrong = _("Write the day as 2027-05-14.")
        else:
            if not date(2000, 1, 1) <= day <= date(9000, 1, 1):
                day, wrong = None, _("Nothing was written on that day.")
    asked = request.GET.get("page", "")
    page = min(max(int(asked), 1), 100_000) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    context = {
        "history": read_history(actor, kind=kind, day=day, page=page),
        "kinds": KINDS,
        "kind": kind,
        "day": typed,
        "wrong": wrong,
        "page": page,
        "roles": {role.value: words for role, words in ROLE_NAMES.items()},
        "names": actor.role is Role.MANAGER,
    }
    return render(request, "communities/history.html", context, status=UNPROCESSABLE if wrong else 200)
