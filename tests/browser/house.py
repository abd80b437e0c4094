"""An installation with people in it, served as it is served, for browsers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.test import override_settings
from django_scopes import scope
from playwright.sync_api import Browser

from tests import cast as people
from tests.browser.window import DESKTOP, PHONE, Window
from tests.live.serving import Serving, serving
from vigie.accounts.models import Person
from vigie.communities.access import Role
from vigie.communities.actions import grant_membership
from vigie.live.models import GuideItem, Line, Seat, Session
from vigie.replay.stage import sign_in

#: Eight who take part: half on a phone, half in French, so that each pair exists twice.
CREW = {
    "heron": ("fr", PHONE),
    "slate": ("fr", DESKTOP),
    "maple": ("en", PHONE),
    "lark": ("en", DESKTOP),
    "birch": ("fr", PHONE),
    "opal": ("fr", DESKTOP),
    "cedar": ("en", PHONE),
    "wren": ("en", DESKTOP),
}
LANGUAGES = {"sophie": "fr", "oscar": "en", "mona": "fr"}


@dataclass
class House:
    """`windows` are all that were opened: each must have had nothing to complain of when the test ends."""

    browser: Browser
    served: Serving
    cast: people.Cast
    windows: list[Window] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.served.port}"

    def person(self, name: str) -> Person:
        found = {"victor": self.cast.victor, "peter": self.cast.peter}.get(name)
        return found or self.cast.members[name].person

    def window(self, name: str = "", *, language: str = "", **options: Any) -> Window:
        """A browser of this person, signed in with both keys; of nobody without a name."""
        cookie = ""
        if name:
            person = self.person(name)
            if language:
                Person.objects.filter(pk=person.pk).update(language=language)
            language = language or person.language
            cookie = sign_in(person)
        window = Window(
            self.browser, self.base, cookie=cookie, language=language or "en", name=name or "nobody", **options
        )
        self.windows.append(window)
        return window

    def speak(self, name: str, language: str) -> None:
        Person.objects.filter(pk=self.person(name).pk).update(language=language)
        self.person(name).language = language

    def meeting(self, seats: tuple[str, ...] = ("alice", "bruno"), **options: Any) -> people.Meeting:
        return people.make_meeting(self.cast, seats=seats, **options)

    def crew(self, minutes: float = 5) -> people.Meeting:
        """The meeting of eight: as in `cast`, with a seat for each of `CREW`, who join the community for it."""
        meeting = self.meeting(seats=(), minutes_to_start=minutes)
        for name, (language, _) in CREW.items():
            if name not in self.cast.members:
                who = people.person(name)
                self.cast.members[name] = grant_membership(
                    self.cast.mariette, who, pseudonym=f"{name.title()}-pseudo", role=Role.MEMBER
                )
            self.speak(name, language)
            with scope(community=self.cast.mariette):
                meeting.seats[name] = Seat.objects.create(
                    session=meeting.session, membership=self.cast.members[name], alias=name.title()
                )
        for name, language in LANGUAGES.items():
            self.speak(name, language)
        return meeting

    def room(self, meeting: people.Meeting) -> str:
        return f"/c/mariette/live/{meeting.session.code}/"

    def lines(self, meeting: people.Meeting, *kinds: str) -> list[Line]:
        with scope(community=self.cast.mariette):
            log = Line.objects.filter(session=meeting.session).order_by("seq")
            return list(log.filter(kind__in=kinds) if kinds else log)

    def session(self, meeting: people.Meeting) -> Session:
        with scope(community=self.cast.mariette):
            return Session.objects.get(pk=meeting.session.pk)

    def items(self, meeting: people.Meeting) -> list[GuideItem]:
        with scope(community=self.cast.mariette):
            return list(GuideItem.objects.filter(session=meeting.session))

    def close(self) -> None:
        for window in self.windows:
            window.close()

    @property
    def complaints(self) -> list[str]:
        return [one for window in self.windows for one in window.quiet]


@contextmanager
def open_house(browser: Browser) -> Iterator[House]:
    """Needs a database that other threads can read. Fails when a browser had anything to complain of."""
    cache.clear()
    cast = people.make_cast()
    with serving() as served, override_settings(ORIGINS=frozenset({f"http://127.0.0.1:{served.port}"})):
        house = House(browser, served, cast)
        try:
            yield house
        except BaseException:
            for one in house.complaints:
                print(one)
            raise
        finally:
            house.close()
        assert house.complaints == []
    assert settings.TESTING
