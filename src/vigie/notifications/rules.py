"""An appointment as calendars read it (RFC 5545, 5546). Pure: times in UTC, which every calendar shows in its own zone.

Nobody else is in it: no attendees, and the organiser is the platform's own address.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

CONTENT = 75


@dataclass(frozen=True, slots=True)
class Appointment:
    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    link: str
    organiser: str
    stamped_at: datetime


def calendar(one: Appointment, method: str) -> str:
    """`method`: REQUEST, CANCEL, or PUBLISH for a file that is only read."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Vigie//Sessions//EN",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{one.uid}",
        f"SEQUENCE:{one.sequence}",
        f"DTSTAMP:{_utc(one.stamped_at)}",
        f"DTSTART:{_utc(one.starts_at)}",
        f"DTEND:{_utc(one.ends_at)}",
        f"SUMMARY:{_text(one.title)}",
        f"LOCATION:{_text(one.link)}",
        f"URL:{one.link}",
        f"ORGANIZER:mailto:{one.organiser}",
        "CLASS:PRIVATE",
        f"STATUS:{'CANCELLED' if method == 'CANCEL' else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """A TEXT value on one line: a title must never become a property."""
    flat = "".join(letter if letter >= " " and letter != "\x7f" else " " for letter in value)
    return flat.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """Lines of 75 bytes at most, cut between letters."""
    parts, size = [""], 0
    for letter in line:
        width = len(letter.encode())
        if size + width > CONTENT:
            parts.append(" ")
            size = 1
        parts[-1] += letter
        size += width
    return "\r\n".join(parts)


def digest(title: str, starts_at: datetime, minutes: int, zone: str) -> str:
    """What a change of which is worth a mail."""
    return hashlib.sha256(f"{title}|{_utc(starts_at)}|{minutes}|{zone}".encode()).hexdigest()
