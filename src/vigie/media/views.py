from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vigie.communities.access import Can, right
from vigie.core.errors import Refused
from vigie.media import actions, queries


@right(Can.VIEW_PUBLIC_PAGE)
@require_safe
def logo(request: HttpRequest, slug: str, image: str) -> HttpResponse:
    """The same bytes for every reader. Another logo has another address."""
    response = HttpResponse(queries.logo_file(request.actor, image), content_type="image/png")  # type: ignore[attr-defined]
    response["Cache-Control"] = "private, max-age=300"
    return response


@right(Can.EDIT_SETTINGS)
@require_POST
def keep_logo(request: HttpRequest, slug: str) -> HttpResponse:
    """What was sent, drawn anew. No browser takes its file back: a refusal is told on the page it came from."""
    sent = request.FILES.get("logo")
    try:
        if sent is None:
            raise Refused("nothing", _("Choose an image first."))
        # One byte more than may be sent is enough to refuse.
        actions.keep_logo(request.actor, sent.read(actions.LARGEST + 1))  # type: ignore[attr-defined]
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The logo is kept. Members see it from their next page on."))
    return redirect("theme", slug=slug)


@right(Can.EDIT_SETTINGS)
@require_POST
def remove_logo(request: HttpRequest, slug: str) -> HttpResponse:
    actions.remove_logo(request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("The logo is removed."))
    return redirect("theme", slug=slug)
