from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from vigie.accounts.models import Person
from vigie.accounts.queries import zone_of
from vigie.accounts.sign_in import note_visit


class PersonalLocale:
    """Pages speak the signed-in person's language and tell their time. Visitors: the cookie, else the browser's.

    The person is known here first: the hour of their visit is noted on the way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if isinstance(person, Person):
            translation.activate(person.language)
            request.LANGUAGE_CODE = person.language
            note_visit(request)
        zone = person.time_zone if isinstance(person, Person) else settings.DEFAULT_ZONE
        with timezone.override(zone_of(zone)):
            return self.get_response(request)
