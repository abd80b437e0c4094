"""Dates, hours and numbers as each language writes them, with the spaces that must not break."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_timedelta, get_timezone_location
from babel.numbers import format_decimal, format_percent
from django.utils import timezone, translation
from django.utils.translation import gettext as _

NO_BREAK = "\N{NO-BREAK SPACE}"
Zone = str | tzinfo | None


_FRENCH, _ENGLISH = Locale.parse("fr"), Locale.parse("en_GB")


def language() -> str:
    return translation.get_language() or "en"


def _locale() -> Locale:
    return _FRENCH if language().startswith("fr") else _ENGLISH


def local(moment: datetime, zone: Zone = None) -> datetime:
    """In an IANA zone, or in the reader's when none is given."""
    found = ZoneInfo(zone) if isinstance(zone, str) else zone or timezone.get_current_timezone()
    return moment.astimezone(found)


def hour(moment: datetime, zone: Zone = None) -> str:
    """`18 h 30`, `18 h`; `6:30 pm`, `6 pm`."""
    there = local(moment, zone)
    if _locale().language == "fr":
        return NO_BREAK.join([str(there.hour), "h", *([f"{there.minute:02}"] if there.minute else [])])
    minutes = f":{there.minute:02}" if there.minute else ""
    return f"{there.hour % 12 or 12}{minutes}{NO_BREAK}{'am' if there.hour < 12 else 'pm'}"


def clock(moment: datetime, zone: Zone = None) -> str:
    """`18:30` in every language, for columns of times."""
    there = local(moment, zone)
    return f"{there.hour:02}:{there.minute:02}"


def day(moment: datetime, zone: Zone = None, *, year: bool = False) -> str:
    """`jeudi 14 mai`; `Thursday 14 May`. With the year where asked, or where it is not the current one."""
    return _date(moment, zone, "EEEE d MMMM", year=year or is_other_year(moment, zone))


def short_day(moment: datetime, zone: Zone = None) -> str:
    """`14 mai`; `14 May`; `14 mai 2024` in another year."""
    return _date(moment, zone, "d MMMM", year=is_other_year(moment, zone))


def month(moment: datetime, zone: Zone = None) -> str:
    """`mai`; `May`; `mai 2024` in another year."""
    return _date(moment, zone, "LLLL", year=is_other_year(moment, zone))


def is_other_year(moment: datetime, zone: Zone = None) -> bool:
    """A date without its year reads as this year's."""
    return local(moment, zone).year != local(timezone.now(), zone).year


def short_month(moment: datetime, zone: Zone = None) -> str:
    """`nov.`, `mai`; `Nov`, `May`: under a day's number, where space is short."""
    return _date(moment, zone, "LLL")


def weekday(moment: datetime, zone: Zone = None) -> str:
    return _date(moment, zone, "EEEE")


def full_date(there: date) -> str:
    """A day of the calendar, without a zone: `14 mai 2027`; `14 May 2027`."""
    return _written(there, "d MMMM y", _locale())


def _date(moment: datetime, zone: Zone, pattern: str, *, year: bool = False) -> str:
    return _written(local(moment, zone).date(), f"{pattern} y" if year else pattern, _locale())


@lru_cache(maxsize=4096)
def _written(there: date, pattern: str, locale: Locale) -> str:
    if locale.language == "fr" and there.day == 1:
        pattern = pattern.replace("d ", "d'er' ")
    written = format_date(there, pattern, locale)
    # A day's number stays with its month.
    head, number, tail = written.partition(f"{there.day}er " if "er" in pattern else f"{there.day} ")
    return f"{head}{number.rstrip()}{NO_BREAK}{tail}" if number else written


def moment(value: datetime, zone: Zone = None) -> str:
    """`jeudi 14 mai à 18 h 30`; `Thursday 14 May at 6:30 pm`."""
    join = "à" if _locale().language == "fr" else "at"
    return f"{day(value, zone)} {join} {hour(value, zone)}"


def days_between(moment: datetime, now: datetime, zone: Zone = None) -> int:
    """Midnights from `now` to `moment`, on the reader's calendar when no zone is given."""
    return (local(moment, zone).date() - local(now, zone).date()).days


def ago(moment: datetime, now: datetime | None = None) -> str:
    """`il y a 5 min`, `dans 3 h`, `demain`, `dans 8 jours`; `5 min ago`, `in 3 hr`, `tomorrow`, `in 8 days`.

    From another day on, days are those of the reader's calendar; what is less than an hour away stays in minutes.
    """
    now = now or timezone.now()
    gap, days = moment - now, days_between(moment, now)
    if days and abs(gap) >= timedelta(hours=1):
        if days == 1:
            return _("tomorrow")
        if days == -1:
            return _("yesterday")
        # No threshold is ever reached: days stay days.
        written = format_timedelta(
            timedelta(days=days), granularity="day", add_direction=True, threshold=1e9, locale=_locale()
        )
        return _tight(written)
    if abs(gap) < timedelta(minutes=1):
        gap = timedelta(seconds=int(gap.total_seconds()))
    written = format_timedelta(gap, add_direction=True, format="short", threshold=1.2, locale=_locale())
    return _tight(written)


def minutes(count: int) -> str:
    """`45 min`, `1 h 15`; `45 min`, `1 h 15 min`."""
    hours, rest = divmod(int(count), 60)
    if not hours:
        return f"{rest}{NO_BREAK}min"
    tail = [] if not rest else [f"{rest:02}"] if _locale().language == "fr" else [str(rest), "min"]
    return NO_BREAK.join([str(hours), "h", *tail])


def iso(moment: datetime) -> str:
    """For `datetime` attributes and scripts: absolute, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@lru_cache(maxsize=4096)
def _decimal(value: float, pattern: str | None, locale: Locale) -> str:
    return _tight(format_decimal(value, format=pattern, locale=locale))


@lru_cache(maxsize=4096)
def _percent(share: float, locale: Locale) -> str:
    return _tight(format_percent(share, locale=locale))


def number(value: float, digits: int | None = None) -> str:
    """`4 120`, `0,47`; `4,120`, `0.47`."""
    pattern = None if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return _decimal(value, pattern, _locale())


def percent(share: float) -> str:
    """Of a share between 0 and 1: `34 %`; `34%`."""
    return _percent(share, _locale())


def city(zone: str) -> str:
    """`Europe/Paris` as a reader says it: `Paris`, `Londres`."""
    return _city(zone, _locale())


@lru_cache(maxsize=1024)
def _city(zone: str, locale: Locale) -> str:
    return get_timezone_location(ZoneInfo(zone), locale=locale, return_city=True)


def _tight(text: str) -> str:
    """No space of a number or of its unit breaks: narrow ones become plain no-break spaces, which every font has."""
    kept = text.replace("\N{NARROW NO-BREAK SPACE}", NO_BREAK)
    words = kept.split(" ")
    glued = words[0]
    for before, word in pairwise(words):
        glued += (NO_BREAK if before[-1:].isdigit() else " ") + word
    return glued
