"""Every state of every page, by day and by night, on a phone and a desk, in both languages: axe finds nothing, nothing
stands out of the page, the browser complains of nothing.

Some run each time; the others are `slow`. Of the eight ways to see a state four are looked at, in which every two of
language, theme and size meet; the next state is seen in the other four.
"""

import os
from itertools import product

import pytest
from django.conf import settings
from django.test import override_settings

from tests.browser.states import BY_NAME, STATES, Set
from tests.browser.window import DESKTOP, PHONE

#: One way to see each: the states where most can go wrong.
ALWAYS = [
    ("code-wrong", "fr", "light", PHONE),
    ("second-factor", "en", "dark", DESKTOP),
    ("erase-wrong", "fr", "light", PHONE),
    ("my-data-ready", "en", "dark", DESKTOP),
    ("home", "fr", "dark", PHONE),
    ("sessions", "fr", "light", DESKTOP),
    ("desk", "fr", "dark", PHONE),
    ("desk", "en", "light", DESKTOP),
    ("history", "fr", "light", PHONE),
    ("operators", "fr", "dark", PHONE),
    ("operators-examined", "en", "light", DESKTOP),
    ("unreachable", "fr", "light", PHONE),
    ("unsubscribe", "fr", "dark", PHONE),
    ("history-error", "en", "dark", DESKTOP),
    ("opening-objectives", "fr", "light", DESKTOP),
    ("opening-charter", "en", "dark", PHONE),
    ("theme", "fr", "light", DESKTOP),
    ("transparency-member", "fr", "dark", PHONE),
    ("people", "fr", "dark", PHONE),
    ("person", "en", "light", DESKTOP),
    ("invitations-mended", "fr", "light", PHONE),
    ("join-errors", "fr", "light", PHONE),
    ("join", "en", "dark", DESKTOP),
    ("leave", "en", "light", PHONE),
    ("identity-shown", "fr", "dark", DESKTOP),
    ("plan-full", "en", "light", PHONE),
    ("plan-new-errors", "fr", "dark", DESKTOP),
    ("waiting", "en", "dark", PHONE),
    ("member-composing", "fr", "light", PHONE),
    ("moderator-tools", "fr", "dark", DESKTOP),
    ("moderator-back", "en", "light", PHONE),
    ("moderator-closing", "en", "light", DESKTOP),
    ("observer", "fr", "dark", DESKTOP),
    ("closed", "en", "light", PHONE),
    ("transcript-exported", "fr", "light", DESKTOP),
]
LANGUAGES, THEMES, SIZES = ("fr", "en"), ("light", "dark"), (PHONE, DESKTOP)
REST = [
    (name, language, theme, size)
    for turn, name in enumerate(BY_NAME)
    for language, theme, size in product(LANGUAGES, THEMES, SIZES)
    if (turn + LANGUAGES.index(language) + THEMES.index(theme) + SIZES.index(size)) % 2 == 0
    and (name, language, theme, size) not in ALWAYS
]
#: Pictures for a person to look at, when this names a folder.
PICTURES = os.environ.get("VIGIE_BROWSER_PICTURES", "")


@pytest.fixture(scope="module")
def stage(shared_house, tmp_path_factory):
    apps = [*settings.INSTALLED_APPS, "vigie.demo"]
    with override_settings(
        DEMO=True,
        INSTALLED_APPS=apps,
        ROOT_URLCONF="tests.browser.urls",
        OUTBOX_DIR=tmp_path_factory.mktemp("outbox"),
    ):
        yield Set(shared_house)


def label(one):
    return "x".join(map(str, one)) if isinstance(one, tuple) else str(one)


def look(stage, name, language, theme, size):
    state = BY_NAME[name]
    window = state.open(stage, language=language, size=size, color_scheme=theme)
    if PICTURES:
        window.page.screenshot(path=f"{PICTURES}/{name}-{language}-{size[0]}-{theme}.png", full_page=not state.room)
    found = window.axe(name)
    wide = window.wide()
    window.close()
    stage.house.windows.remove(window)
    assert (found, wide, window.quiet) == ([], [], [])


@pytest.mark.parametrize(("name", "language", "theme", "size"), ALWAYS, ids=label)
def test_state(stage, name, language, theme, size):
    look(stage, name, language, theme, size)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "language", "theme", "size"), REST, ids=label)
def test_every_state(stage, name, language, theme, size):
    look(stage, name, language, theme, size)


NARROW = (320, 640)


@pytest.mark.parametrize("name", ["home", "plan-full", "waiting", "member-composing", "moderator", "transcript"])
def test_320_pixels_hold_it(stage, name):
    hold(stage, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [state.name for state in STATES])
def test_320_pixels_hold_every_page(stage, name):
    hold(stage, name)


def hold(stage, name):
    window = BY_NAME[name].open(stage, language="fr", size=NARROW)
    if PICTURES:
        window.page.screenshot(path=f"{PICTURES}/{name}-320.png")
    wide = window.wide()
    window.close()
    stage.house.windows.remove(window)
    assert (wide, window.quiet) == ([], [])
