from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from vigie.shell.assets import asset, asset_tags, font_tags, icon


def test_a_plain_name_leads_to_its_hashed_file() -> None:
    assert asset("icons.svg") == "/static/icons-AAAA.svg"
    assert asset("theme") == "/static/theme-EEEE.js"
    with pytest.raises(LookupError, match="poster"):
        asset("poster")


def test_tags_name_style_sheets_first_and_nothing_twice() -> None:
    assert asset_tags("page", "room", "staff").splitlines() == [
        '<link rel="stylesheet" href="/static/page-GGGG.css">',
        '<link rel="stylesheet" href="/static/shared-DDDD.css">',
        '<link rel="stylesheet" href="/static/staff-JJJJ.css">',
        '<link rel="modulepreload" href="/static/shared-CCCC.js">',
        '<script type="module" src="/static/page-FFFF.js"></script>',
        '<script type="module" src="/static/room-HHHH.js"></script>',
        '<script type="module" src="/static/staff-IIII.js"></script>',
    ]


def test_the_first_letters_are_fetched_early() -> None:
    assert font_tags() == (
        '<link rel="preload" as="font" type="font/woff2" href="/static/sansita-BBBB.woff2" crossorigin>'
    )


def test_without_a_build_the_message_says_what_to_run(built: Path) -> None:
    built.unlink()
    with pytest.raises(ImproperlyConfigured, match="make demo"):
        asset("page")


def test_a_new_build_is_seen_without_a_restart(built: Path) -> None:
    assert asset("page") == "/static/page-FFFF.js"
    built.write_text(built.read_text().replace("FFFF", "ZZZZZ"))
    assert asset("page") == "/static/page-ZZZZZ.js"


def test_an_icon_is_silent_beside_a_word_and_speaks_alone() -> None:
    assert icon("check") == '<svg class="i" aria-hidden="true"><use href="/static/icons-AAAA.svg#i-check"/></svg>'
    assert icon("check", "l", "Done <now>", data_x="1") == (
        '<svg class="i i--l" role="img" aria-label="Done &lt;now&gt;" data-x="1">'
        '<use href="/static/icons-AAAA.svg#i-check"/></svg>'
    )
