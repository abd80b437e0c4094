"""The three ways in which Vigie says no. Pages and sockets translate them; nothing else is caught."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.functional import Promise


class NotVisible(Http404):
    """The object does not exist for this reader: answered 404, like one that never existed."""


class Denied(PermissionDenied):
    """The reader may know that the thing exists, and may not do this: answered 403."""


class Refused(Exception):
    """A rule of the field says no.

    `code` is stable, for machines and tests; `message` is a lazy sentence for the person, in their language.
    """

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
