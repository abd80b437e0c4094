from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from vigie.core.rights import PUBLIC, declare
from vigie.demo import actions, cast, queries


@declare(PUBLIC)
@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """Four doors, one click each."""
    people = {name: cast.character(pseudonym) for name, pseudonym in cast.DOORS.items()}
    context = {"people": people, "members": len(cast.MEMBERS), "flag_seed": queries.flag_seed_of(cast.MERLE_BLEU)}
    return render(request, "demo/door.html", context)


@declare(PUBLIC)
@require_POST
def enter(request: HttpRequest, role: str) -> HttpResponse:
    if role not in cast.DOORS:
        raise Http404(role)
    return redirect(actions.enter(request, role))


@declare(PUBLIC)
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The mails that would have left, newest first."""
    return render(request, "demo/outbox.html", {"mails": queries.mails()})
