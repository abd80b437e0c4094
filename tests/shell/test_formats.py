from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from vigie.shell import formats

AT = datetime(2026, 5, 14, 16, 30, tzinfo=UTC)
FIRST = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 8, 31, 22, 5, tzinfo=UTC)
PARIS = "Europe/Paris"


def spoken(language: str, *values: str) -> list[str]:
    assert not any("\u202f" in value for value in values)
    return [value.replace("\u00a0", "~") for value in values]


@pytest.fixture(autouse=True)
def in_the_year_of_these_dates(time_machine) -> None:
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def french() -> object:
    with translation.override("fr"):
        yield


@pytest.fixture
def english() -> object:
    with translation.override("en"):
        yield


@pytest.mark.usefixtures("french")
def test_french_hours_and_days_keep_their_units() -> None:
    assert spoken(
        "fr",
        formats.hour(AT, PARIS),
        formats.hour(FIRST, PARIS),
        formats.clock(AT, PARIS),
        formats.day(AT, PARIS),
        formats.day(FIRST, PARIS, year=True),
        formats.short_day(NIGHT, PARIS),
        formats.weekday(AT, PARIS),
        formats.month(AT, PARIS),
        formats.short_month(datetime(2026, 11, 2, tzinfo=UTC), PARIS),
        formats.moment(AT, PARIS),
    ) == [
        "18~h~30",
        "6~h",
        "18:30",
        "jeudi 14~mai",
        "vendredi 1er~mai 2026",
        "1er~septembre",
        "jeudi",
        "mai",
        "nov.",
        "jeudi 14~mai à 18~h~30",
    ]


@pytest.mark.usefixtures("english")
def test_english_hours_and_days() -> None:
    assert spoken(
        "en",
        formats.hour(AT, PARIS),
        formats.hour(FIRST, PARIS),
        formats.hour(datetime(2026, 5, 14, 22, 0, tzinfo=UTC), PARIS),
        formats.hour(datetime(2026, 5, 14, 10, 0, tzinfo=UTC), PARIS),
        formats.day(AT, PARIS),
        formats.day(FIRST, PARIS, year=True),
        formats.moment(AT, PARIS),
    ) == [
        "6:30~pm",
        "6~am",
        "12~am",
        "12~pm",
        "Thursday 14~May",
        "Friday 1~May 2026",
        "Thursday 14~May at 6:30~pm",
    ]


def test_a_zone_is_a_name_an_object_or_the_readers_own() -> None:
    with translation.override("fr"), timezone.override(ZoneInfo("America/Montreal")):
        assert formats.clock(AT) == "12:30"
        assert formats.clock(AT, ZoneInfo(PARIS)) == formats.clock(AT, PARIS) == "18:30"
        assert formats.day(NIGHT) == "lundi 31\u00a0août"
        assert formats.day(NIGHT, PARIS) == "mardi 1er\u00a0septembre"


@pytest.mark.parametrize(
    ("gap", "french", "english"),
    [
        (timedelta(minutes=-5), "il y a 5~min", "5~min ago"),
        (timedelta(minutes=8), "dans 8~min", "in 8~min"),
        (timedelta(seconds=-20), "il y a 20~s", "20~sec ago"),
        (timedelta(hours=3), "dans 3~h", "in 3~hr"),
        (timedelta(days=-2), "il y a 2~jours", "2~days ago"),
        (timedelta(days=8), "dans 8~jours", "in 8~days"),
        (timedelta(days=40), "dans 40~jours", "in 40~days"),
    ],
)
def test_how_long_ago(gap: timedelta, french: str, english: str) -> None:
    for language, expected in (("fr", french), ("en", english)):
        with translation.override(language):
            assert spoken(language, formats.ago(AT + gap, AT)) == [expected]


@pytest.mark.parametrize(
    ("zone", "gap", "french", "english"),
    [
        # 18:30 in Paris, the 14th.
        (PARIS, timedelta(hours=5, minutes=29), "dans 5~h", "in 5~hr"),
        (PARIS, timedelta(hours=6), "demain", "tomorrow"),
        (PARIS, timedelta(hours=29), "demain", "tomorrow"),
        (PARIS, timedelta(hours=30), "dans 2~jours", "in 2~days"),
        (PARIS, timedelta(days=7, hours=20), "dans 8~jours", "in 8~days"),
        (PARIS, timedelta(hours=-19), "hier", "yesterday"),
        # 12:30 in Montreal: midnight is later there.
        ("America/Montreal", timedelta(hours=6), "dans 6~h", "in 6~hr"),
        ("America/Montreal", timedelta(hours=30), "demain", "tomorrow"),
        ("America/Montreal", timedelta(days=7, hours=20), "dans 8~jours", "in 8~days"),
        # 20:30 on La Réunion: it is nearer.
        ("Indian/Reunion", timedelta(hours=4), "demain", "tomorrow"),
    ],
)
def test_days_are_counted_at_the_readers_midnights(zone: str, gap: timedelta, french: str, english: str) -> None:
    with timezone.override(ZoneInfo(zone)):
        for language, expected in (("fr", french), ("en", english)):
            with translation.override(language):
                assert spoken(language, formats.ago(AT + gap, AT)) == [expected]


def test_a_few_minutes_over_midnight_are_minutes() -> None:
    late = datetime(2026, 5, 14, 21, 50, tzinfo=UTC)
    with translation.override("fr"), timezone.override(ZoneInfo(PARIS)):
        assert spoken("fr", formats.ago(late + timedelta(minutes=20), late)) == ["dans 20~min"]


def test_a_date_of_another_year_says_which() -> None:
    last = datetime(2025, 11, 2, 17, 0, tzinfo=UTC)
    with translation.override("fr"):
        assert spoken(
            "fr",
            formats.day(last, PARIS),
            formats.short_day(last, PARIS),
            formats.moment(last, PARIS),
            formats.month(last, PARIS),
        ) == ["dimanche 2~novembre 2025", "2~novembre 2025", "dimanche 2~novembre 2025 à 18~h", "novembre 2025"]
    with translation.override("en"):
        assert spoken("en", formats.moment(last, PARIS)) == ["Sunday 2~November 2025 at 6~pm"]


def test_the_year_is_that_of_the_zone_at_its_midnight(time_machine) -> None:
    eve = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    with translation.override("en"):
        assert spoken("en", formats.short_day(eve, "UTC"), formats.short_day(eve, PARIS)) == [
            "31~December",
            "1~January 2027",
        ]


def test_numbers_never_break_at_their_spaces() -> None:
    with translation.override("fr"):
        assert spoken(
            "fr",
            formats.number(4120),
            formats.number(1234567.891, 1),
            formats.number(0.474, 2),
            formats.percent(0.34),
            formats.minutes(45),
            formats.minutes(75),
            formats.minutes(120),
        ) == ["4~120", "1~234~567,9", "0,47", "34~%", "45~min", "1~h~15", "2~h"]
    with translation.override("en"):
        assert spoken("en", formats.number(4120), formats.number(2, 0), formats.percent(0.34), formats.minutes(75)) == [
            "4,120",
            "2",
            "34%",
            "1~h~15~min",
        ]


def test_machines_read_utc() -> None:
    assert formats.iso(AT.astimezone(ZoneInfo(PARIS))) == "2026-05-14T16:30:00Z"


def test_a_zone_is_a_city() -> None:
    with translation.override("fr"):
        assert [formats.city(PARIS), formats.city("Europe/London")] == ["Paris", "Londres"]
    with translation.override("en"):
        assert formats.city("Europe/London") == "London"


def test_an_unknown_language_reads_english() -> None:
    with translation.override(None):
        assert formats.language() in {"en", "fr"}
    with translation.override("de"):
        assert formats.percent(0.5) == "50%"
