"""Headers that hold for every answer."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class PrivateAnswers:
    """No shared cache may keep a page: another reader's page is the worst page. And no page loads a stranger's words.

    A view that says more of its own answer is left alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        policy = settings.CONTENT_SECURITY_POLICY.items()
        self.defaults = {
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy),
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.defaults.items():
            response.headers.setdefault(name, value)
        response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response
