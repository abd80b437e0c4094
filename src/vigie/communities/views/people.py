"""The members' list, one member, and the invitations: what a manager sees and does. No name, no address of a member."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vigie.communities.access import READS_CHARTER, Actor, Can, Role, right
from vigie.communities.actions import invitations, memberships
from vigie.communities.forms.people import (
    AGREEMENTS,
    STATUS_WORDS,
    InviteForm,
    PeopleFilter,
    PseudonymForm,
    RoleForm,
)
from vigie.communities.models import Membership
from vigie.communities.modules import MEMBER_DOORS, ROLE_NAMES
from vigie.communities.queries.charters import accepted_by
from vigie.communities.queries.openings import team_of
from vigie.communities.queries.people import (
    consents_of,
    former_pseudonyms,
    get_member,
    invitations_of,
    people_of,
    state_of,
)
from vigie.communities.rules import STANDING, InvitationState
from vigie.core.errors import Refused

UNPROCESSABLE = 422


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


@right(Can.ASSIGN_ROLE)
@require_safe
def people_page(request: HttpRequest, slug: str) -> HttpResponse:
    actor = _actor(request)
    form = PeopleFilter(request.GET, roles=ROLE_NAMES)
    form.is_valid()  # what cannot be asked for is not asked for
    asked = {name: str(form.cleaned_data.get(name, "")) for name in form.fields}
    found = people_of(
        actor, sought=asked["q"], role=asked["role"], status=asked["status"], number=request.GET.get("page", "1")
    )
    onward = request.GET.copy()
    onward.pop("page", None)
    context = {
        "form": form,
        "found": found,
        "asks": any(asked.values()),
        "onward": onward.urlencode(),
        "roles": ROLE_NAMES,
        "status_words": STATUS_WORDS,
        "free": max(0, actor.community.cap - actor.community.seats_taken),
    }
    return render(request, "communities/people/people.html", context)


@right(Can.ASSIGN_ROLE)
@require_safe
def member_page(request: HttpRequest, slug: str, who: str) -> HttpResponse:
    return _member(request, who)


def _member(request: HttpRequest, who: str, status: int = 200, **forms: Any) -> HttpResponse:
    actor = _actor(request)
    mine = actor.need_manager(Can.ASSIGN_ROLE)
    member = get_member(actor, who)
    role = Role(member.role)
    context = {
        "member": member,
        "role": role,
        "roles": ROLE_NAMES,
        "status_words": STATUS_WORDS,
        "is_staff": role not in READS_CHARTER and role is not Role.CANDIDATE,
        "is_open": member.id != mine.id and role is not Role.MANAGER,
        "is_in": member.status == Membership.Status.ACTIVE,
        "accepted": accepted_by(member),
        "consents": consents_of(member),
        "agreements": AGREEMENTS,
        "former": former_pseudonyms(member),
        "doors": [door for door in MEMBER_DOORS if actor.can(door.right)] if member.id != mine.id else [],
        "role_form": forms.get("role_form") or RoleForm(initial={"role": member.role}, roles=ROLE_NAMES),
        "pseudonym_form": forms.get("pseudonym_form") or PseudonymForm(initial={"pseudonym": member.pseudonym}),
    }
    return render(request, "communities/people/member.html", context, status=status)


@right(Can.ASSIGN_ROLE)
@require_POST
def assign_role(request: HttpRequest, slug: str, who: str) -> HttpResponse:
    actor, form = _actor(request), RoleForm(request.POST, roles=ROLE_NAMES)
    get_member(actor, who)
    if form.is_valid():
        try:
            memberships.assign_role(actor, who, Role(form.cleaned_data["role"]))
        except Refused as refused:
            form.add_error("role", str(refused.message))
        else:
            messages.success(request, _("The role is kept. It holds from their next page on."))
            return redirect("member", slug=slug, who=who)
    return _member(request, who, UNPROCESSABLE, role_form=form)


@right(Can.ASSIGN_ROLE)
@require_POST
def set_status(request: HttpRequest, slug: str, who: str) -> HttpResponse:
    said = {
        "suspend": _("Suspended: pages are shut, rooms within two seconds."),
        "restore": _("Back, as before."),
        "remove": _("Removed: pages are shut, rooms within two seconds."),
        "admit": _("Admitted. A mail tells them."),
    }
    change = request.POST.get("change", "")
    try:
        memberships.set_status(_actor(request), who, change)
    except Refused as refused:
        messages.error(request, str(refused.message))
        return _member(request, who, UNPROCESSABLE)
    messages.success(request, said[change])
    return redirect("member", slug=slug, who=who)


@right(Can.CHANGE_PSEUDONYM)
@require_POST
def rename(request: HttpRequest, slug: str, who: str) -> HttpResponse:
    actor, form = _actor(request), PseudonymForm(request.POST)
    actor.need_manager(Can.CHANGE_PSEUDONYM)
    get_member(actor, who)
    if form.is_valid():
        try:
            memberships.rename(actor, who, form.cleaned_data["pseudonym"])
        except Refused as refused:
            form.add_error("pseudonym", str(refused.message))
        else:
            messages.success(request, _("The pseudonym is changed. Nobody else can take the one of before."))
            return redirect("member", slug=slug, who=who)
    return _member(request, who, UNPROCESSABLE, pseudonym_form=form)


# Invitations --------------------------------------------------------------------------------------------------------


@right(Can.INVITE)
@require_http_methods(["GET", "HEAD", "POST"])
def invitations_page(request: HttpRequest, slug: str) -> HttpResponse:
    actor = _actor(request)
    actor.need_manager(Can.INVITE)
    sent = request.POST if request.method == "POST" else None
    form = InviteForm(sent, initial={"role": Role.MEMBER.value, "language": actor.community.language})
    verdicts: list[invitations.Verdict] = []
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            verdicts = invitations.invite(actor, data["addresses"], role=Role(data["role"]), language=data["language"])
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            count = sum(one.is_sent for one in verdicts)
            if count:
                said = ngettext("%(count)s invitation is on its way.", "%(count)s invitations are on their way.", count)
                messages.success(request, said % {"count": count})
            if count == len(verdicts):
                return redirect("invitations", slug=slug)
            # Those that left are in the list below; the others stay in the box, to be mended.
            rest = "\n".join(one.typed for one in verdicts if not one.is_sent)
            form = InviteForm(initial={**data, "addresses": rest})
    page = invitations_of(actor, request.GET.get("page", "1"))
    context = {
        "form": form,
        "verdicts": [one for one in verdicts if not one.is_sent],
        "words": invitations.WORDS,
        "page": page,
        "rows": [(one, state_of(one)) for one in page.object_list],
        "roles": ROLE_NAMES,
        "standing": STANDING,
        "again": STANDING | {InvitationState.EXPIRED},
        "team": team_of(actor),
    }
    status = UNPROCESSABLE if sent is not None else 200
    return render(request, "communities/people/invitations.html", context, status=status)


@right(Can.INVITE)
@require_POST
def send_again(request: HttpRequest, slug: str, invitation: str) -> HttpResponse:
    try:
        invitations.send_again(_actor(request), invitation)
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("Another mail is on its way. The link of before opens nothing any more."))
    return redirect("invitations", slug=slug)


@right(Can.INVITE)
@require_POST
def revoke(request: HttpRequest, slug: str, invitation: str) -> HttpResponse:
    try:
        invitations.revoke(_actor(request), invitation)
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("This invitation opens nothing any more."))
    return redirect("invitations", slug=slug)


@right(Can.EDIT_SETTINGS)
@require_POST
def invite_team(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody whom step 6 names, and who was not written to yet."""
    count = invitations.invite_team(_actor(request))
    said = ngettext("%(count)s invitation is on its way.", "%(count)s invitations are on their way.", count)
    messages.success(request, said % {"count": count} if count else _("Everybody named here was already written to."))
    return redirect("opening", slug=slug)
