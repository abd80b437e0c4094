from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vigie.core.errors import NotVisible
from vigie.core.rights import PUBLIC, declare
from vigie.shell.errors import error_page
from vigie.shell.samples import SampleForm, communities, drawn_icons, flags

THEMES = ("light", "dark")


@declare(PUBLIC)
@require_safe
def offline_page(request: HttpRequest) -> HttpResponse:
    return error_page(request, "offline", 200)


@declare(PUBLIC)
@require_safe
def style_guide_page(request: HttpRequest) -> HttpResponse:
    """Every component as it is, in both themes and three sample communities. A demo's page, for those who build."""
    if not settings.DEMO:
        raise NotVisible(request.path)
    context = {
        "flags": list(flags(24)),
        "icons": drawn_icons(),
        "samples": communities(),
        "sheets": [(theme, SampleForm({"email": "biscotte", "subject": "bulk"}, prefix=theme)) for theme in THEMES],
        "soon": timedelta(minutes=6, seconds=42),
    }
    return render(request, "shell/style_guide.html", context)
