"""The dials of a theme: seen before they are kept, measured pair by pair, refused below AA."""

import pytest

from tests.cast import Cast
from tests.communities.test_actions import since
from tests.communities.test_opening import told
from vigie.communities import facts
from vigie.communities.actions.themes import set_theme
from vigie.communities.models import Community
from vigie.core.errors import Denied, Refused
from vigie.shell import themes
from vigie.shell.themes import Theme

pytestmark = pytest.mark.both
PAGE = "/c/mariette/manage/theme/"
DIALS = {
    "brand_hue": 255,
    "brand_chroma": 130,
    "accent_hue": 12,
    "accent_chroma": 90,
    "ground_hue": 240,
    "corner": 9,
}
CSS = "--brand-h:255;--brand-c:0.13;--accent-h:12;--accent-c:0.09;--ground-h:240;--corner:0.9;"


def test_the_manager_turns_the_dials_sees_them_and_keeps_them(cast: Cast):
    client, before = cast.client("mona"), told()
    page = client.get(PAGE, DIALS).content.decode()
    assert 'value="255"' in page
    assert f"{PAGE}preview.css?brand_hue=255&amp;brand_chroma=130" in page
    assert client.get(f"{PAGE}preview.css", DIALS).content.decode() == f'[data-community="preview"]{{{CSS}}}\n'
    assert since(before) == []
    assert client.post(PAGE, DIALS)["Location"] == PAGE
    assert client.get("/c/mariette/theme.css").content.decode() == f":root{{{CSS}}}\n"
    assert since(before) == [facts.ThemeKept(community=cast.mariette.id, actor=cast.mona.id)]


def test_the_style_sheet_of_a_new_theme_has_a_new_address(cast: Cast):
    client = cast.client("mona")
    assert "/c/mariette/theme.css?192-0.095-88-0.165-200-1" in client.get("/c/mariette/manage/live/").content.decode()
    client.post(PAGE, DIALS)
    assert "/c/mariette/theme.css?255-0.13-12-0.09-240-0.9" in client.get("/c/mariette/manage/live/").content.decode()


def test_every_pair_has_its_verdict(cast: Cast):
    page = cast.client("mona").get(PAGE).content.decode()
    count = len(themes.PAIRS)
    assert f"{2 * count} pairs of {2 * count}" in page
    assert page.count('<th scope="row">') == count
    assert "Readable everywhere" in page


@pytest.mark.parametrize("wrong", [{"brand_hue": 361}, {"brand_chroma": 171}, {"corner": ""}, {"accent_hue": "red"}])
def test_a_dial_beyond_its_end_is_said_and_nothing_is_kept(cast: Cast, wrong: dict):
    answer = cast.client("mona").post(PAGE, {**DIALS, **wrong})
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert Community.objects.get(slug="mariette").brand_hue == 192
    assert cast.client("mona").get(f"{PAGE}preview.css", {**DIALS, **wrong}).status_code == 200


def test_a_theme_below_aa_is_refused(cast: Cast, monkeypatch):
    # No dial leads below it today: the pairs of a day when one does.
    monkeypatch.setattr(themes, "PAIRS", (("ink", "ground", 4.5), ("ink-3", "ground", 21.0)))
    before = told()
    with pytest.raises(Refused) as refused:
        set_theme(cast.actor("mona"), Theme(brand_hue=255))
    assert (refused.value.code, since(before)) == ("unreadable", [])
    answer = cast.client("mona").post(PAGE, DIALS)
    page = answer.content.decode()
    assert (answer.status_code, "2 pairs of 4" in page, "Not readable everywhere" in page) == (422, True, True)
    assert "too low:" in page


def test_nobody_else_paints(cast: Cast):
    with pytest.raises(Denied):
        set_theme(cast.actor("sophie"), Theme())
