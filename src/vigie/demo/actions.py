from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from vigie.accounts.actions import register_person, set_preferences
from vigie.accounts.queries import DEMO_DOOR
from vigie.communities.models import Community
from vigie.demo.cast import DOORS, SLUG, character
from vigie.demo.seed import seed_demo, session_of_the_evening


def enter(request: HttpRequest, door: str) -> str:
    """Sign the door's character in, with both factors, and return where they are useful."""
    community = Community.objects.filter(slug=SLUG).first() or seed_demo()
    person = register_person(character(DOORS[door]).email)
    # The pages go on in the visitor's language; what people wrote stays as they wrote it.
    set_preferences(person, language=get_language() or person.language, time_zone=person.time_zone)
    logout(request)
    login(request, person)
    request.session[DEMO_DOOR] = True
    if door == "manager":
        return reverse("live:sessions", args=[community.slug])
    session = session_of_the_evening(community)
    return reverse("live:session", args=[community.slug, session.code])
