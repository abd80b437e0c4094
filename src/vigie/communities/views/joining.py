"""From the link of a mail to the community; and later, what one agrees to, and the way out."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vigie.accounts.actions import begin_sign_in, register_person
from vigie.accounts.models import Person
from vigie.communities.access import READS_CHARTER, Actor, Can, Role, right
from vigie.communities.actions import consents, joining, memberships
from vigie.communities.actions.invitations import hash_of
from vigie.communities.forms.opening import INDEPENDENCE
from vigie.communities.forms.people import AGREEMENTS, JoinForm
from vigie.communities.models import Invitation, Membership
from vigie.communities.modules import ROLE_NAMES, way_in
from vigie.communities.queries.charters import accepted_by, charter_in_force
from vigie.communities.queries.people import consent_log, consents_of, invitation_of_key, state_of, waiting_places
from vigie.communities.rules import REQUIRED, STANDING, Agreement
from vigie.core.errors import Refused

UNPROCESSABLE, GONE = 422, 410
#: Where the browser keeps the key of the mail it came from.
KEY = "invitation"


@right(Can.PUBLIC)
@never_cache
@require_safe
def take_key(request: HttpRequest, key: str) -> HttpResponse:
    """The key leaves the address bar at once. To look changes nothing: a mail scanner spends no invitation."""
    request.session[KEY] = key[:200]
    return redirect("join")


def _invitation(request: HttpRequest) -> Invitation | None:
    key = request.session.get(KEY)
    return invitation_of_key(hash_of(key)) if key else None


@right(Can.PUBLIC)
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def join_page(request: HttpRequest) -> HttpResponse:
    """Who invites; then, once the invited mailbox is proved, what is asked. Sending it spends the invitation."""
    if KEY not in request.session:
        return redirect("home")
    found = _invitation(request)
    if found is not None and not isinstance(request.user, Person) and not _chose_language(request):
        translation.activate(found.language)
        request.LANGUAGE_CODE = found.language
    if found is None or state_of(found) not in STANDING:
        return render(request, "communities/join/over.html", status=GONE)
    if found.community.opened_at is not None:
        # The page wears the colours of the community; its reader is nobody there yet.
        request.actor = Actor(found.community, None)  # type: ignore[attr-defined]
    person = request.user
    if not isinstance(person, Person) or person.email.lower() != found.email.lower():
        context = _shown(found) | {"somebody_else": isinstance(person, Person)}
        return render(request, "communities/join/invited.html", context)
    return _form(request, person, found)


def _chose_language(request: HttpRequest) -> bool:
    return settings.LANGUAGE_COOKIE_NAME in request.COOKIES


def _shown(found: Invitation) -> dict[str, Any]:
    community, role = found.community, Role(found.role)
    return {
        "invitation": found,
        "inviter": found.invited_by,
        "charter": charter_in_force(community),
        "role": role,
        "role_name": ROLE_NAMES[role],
        "reads_charter": role in READS_CHARTER,
        "independence": INDEPENDENCE,
    }


@right(Can.PUBLIC)
@never_cache
@require_POST
def ask_code(request: HttpRequest) -> HttpResponse:
    """The code goes to the invited address, whether somebody has an account there or not: the page says the same."""
    found = _invitation(request)
    if found is None or state_of(found) not in STANDING:
        return redirect("join")
    key = request.session[KEY]
    try:
        person = register_person(found.email, language=found.language, time_zone=found.community.time_zone)
        if request.user.is_authenticated:
            logout(request)
        request.session[KEY] = key
        begin_sign_in(request, person)
    except (Refused, ValidationError) as refused:
        # An account that was closed does not open again by an invitation.
        said = refused.message if isinstance(refused, Refused) else joining.over().message
        messages.error(request, str(said))
        return redirect("join")
    joining.note_opening(key)
    response = redirect(f"{reverse('account_confirm_login_code')}?next={reverse('join')}")
    if not _chose_language(request):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            found.language,
            max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return response


def _form(request: HttpRequest, person: Person, found: Invitation) -> HttpResponse:
    shown = _shown(found)
    number = shown["charter"].number if shown["charter"] else 0
    start = {"name": person.name, "language": person.language, "time_zone": person.time_zone}
    options = {"reads_charter": shown["reads_charter"], "charter": number, "initial": start}
    form = JoinForm(request.POST if request.method == "POST" else None, **options)
    status = 200
    if request.method == "POST" and request.POST.get("take"):
        # One of the proposals: it fills the field, and everything else stays as it was.
        kept = {name: request.POST.get(name, "") for name in form.fields if name not in {"pseudonym", "charter"}}
        form = JoinForm(**{**options, "initial": {**start, **kept, "pseudonym": request.POST["take"][:40]}})
    elif request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                membership = _join(request, person, form)
            except Refused as refused:
                form.add_error(_field(refused.code, form), str(refused.message))
            else:
                return _welcome(request, membership)
        else:
            _judge(form, person, found)
    proposed = memberships.proposed(
        found.community, translation.get_language() or "fr", name=person.name, email=person.email
    )
    context = shown | {"form": form, "proposed": proposed if shown["reads_charter"] else []}
    return render(request, "communities/join/join.html", context, status=status)


def _judge(form: JoinForm, person: Person, found: Invitation) -> None:
    """Other answers are wrong: what is wrong with the pseudonym is said with them, not at the next try."""
    typed = form.cleaned_data.get("pseudonym")
    if typed:
        try:
            memberships.judged(
                typed,
                community=found.community,
                role=Role(found.role),
                name=form.cleaned_data.get("name", ""),
                email=person.email,
            )
        except Refused as refused:
            form.add_error("pseudonym", str(refused.message))


def _join(request: HttpRequest, person: Person, form: JoinForm) -> Membership:
    data = form.cleaned_data
    return joining.join(
        person,
        request.session[KEY],
        pseudonym=data["pseudonym"],
        name=data["name"],
        language=data["language"],
        time_zone=data["time_zone"],
        charter=data.get("charter") or 0,
        agreed=form.agreed(),
    )


def _field(code: str, form: JoinForm) -> str | None:
    if code.startswith("pseudonym"):
        return "pseudonym"
    return "accepts" if code == "charter" and "accepts" in form.fields else None


def _welcome(request: HttpRequest, membership: Membership) -> HttpResponse:
    request.session.pop(KEY, None)
    if membership.status == Membership.Status.WAITING:
        return redirect("join-waiting")
    with translation.override(membership.person.language):
        messages.success(request, _("You are in. Welcome."))
    return redirect(way_in(membership), slug=membership.community.slug)


@right(Can.OWN_ACCOUNT)
@never_cache
@require_safe
def waiting_page(request: HttpRequest) -> HttpResponse:
    """Where one waits for a seat, told plainly."""
    assert isinstance(request.user, Person)  # the middleware let nobody else in
    return render(request, "communities/join/waiting.html", {"places": waiting_places(request.user)})


# Later --------------------------------------------------------------------------------------------------------------


@right(Can.CONSENT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_consents(request: HttpRequest, slug: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    mine = actor.need(Can.CONSENT)
    status = 200
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        try:
            if kind not in set(Agreement):
                raise Refused("unknown", _("This cannot be done here."))
            consents.set_consent(actor, Agreement(kind), given=request.POST.get("given") == "yes")
        except Refused as refused:
            messages.error(request, str(refused.message))
            status = UNPROCESSABLE
        else:
            messages.success(request, _("It is kept, with its date."))
            return redirect("my-consents", slug=slug)
    context = {
        "agreements": AGREEMENTS,
        "required": REQUIRED,
        "consents": consents_of(mine),
        "log": consent_log(mine),
        "accepted": accepted_by(mine),
        "reads_charter": actor.role in READS_CHARTER,
    }
    return render(request, "communities/people/my_consents.html", context, status=status)


@right(Can.CONSENT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave_page(request: HttpRequest, slug: str) -> HttpResponse:
    """What will happen is said first; a box is ticked, and it happens."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.need(Can.CONSENT)
    problem = ""
    if request.method == "POST":
        if request.POST.get("sure") != "yes":
            problem = _("Tick the box to say that you are sure.")
        else:
            try:
                memberships.leave(actor)
            except Refused as refused:
                problem = str(refused.message)
            else:
                messages.success(
                    request,
                    _("You have left %(community)s. Thank you for what you brought.")
                    % {"community": actor.community.name},
                )
                return redirect("account")
    context = {"problem": problem, "reads_charter": actor.role in READS_CHARTER}
    return render(request, "communities/people/leave.html", context, status=UNPROCESSABLE if problem else 200)
