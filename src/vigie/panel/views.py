from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from vigie.accounts.models import Person
from vigie.communities.access import Actor, Can, right
from vigie.communities.queries.people import get_member
from vigie.core.errors import Refused
from vigie.panel import actions
from vigie.panel.forms import REASONS, ReasonForm
from vigie.panel.queries import reads_in_all, reads_of
from vigie.panel.rules import ReasonKind


@right(Can.VIEW_IDENTITY)
@never_cache
@sensitive_variables("identity")
@require_http_methods(["GET", "HEAD", "POST"])
def identity_page(request: HttpRequest, slug: str, who: str) -> HttpResponse:
    """Asked: why. Sent: the person, on this one page. Nothing is kept in the browser."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.need_manager(Can.VIEW_IDENTITY)
    member = get_member(actor, who)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    identity = None
    if form.is_bound and form.is_valid():
        try:
            identity = actions.read_identity(
                actor, who, kind=ReasonKind(form.cleaned_data["kind"]), reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            form.add_error("reason" if refused.code == "no_reason" else None, str(refused.message))
    context = {"member": member, "form": form, "identity": identity, "reads": reads_in_all(member)}
    status = 422 if form.is_bound and identity is None else 200
    return render(request, "panel/identity.html", context, status=status)


@right(Can.OWN_ACCOUNT)
@never_cache
@require_safe
def identity_reads(request: HttpRequest) -> HttpResponse:
    """Who looked at my identity, when and why."""
    assert isinstance(request.user, Person)  # the middleware let nobody else in
    return render(request, "panel/identity_reads.html", {"reads": reads_of(request.user), "reasons": REASONS})
