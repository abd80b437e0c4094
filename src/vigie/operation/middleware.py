from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from vigie.shell.errors import error_page, not_found

#: PostgreSQL's name for it.
DISK_FULL = "53100"


class NoRoom:
    """A disk that is full is told as such: 507, so that whoever watches the answers knows what to make room for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return error_page(request, "500", 507) if is_full(exception) else None


class NothingSoNamed:
    """PostgreSQL cannot hold a NUL character: what somebody asks for by such a name does not exist.

    Words that are kept are refused by their forms, with a sentence, before they come so far.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        # Plain statements raise the driver's own error, the others Django's.
        named = type(exception).__name__ == "DataError" and "NUL (0x00)" in str(exception)
        return not_found(request) if named else None


def is_full(error: Exception) -> bool:
    if not isinstance(error, OperationalError):
        return False
    return "database or disk is full" in str(error) or getattr(error.__cause__, "sqlstate", "") == DISK_FULL
