"""Pure conditions of sign-in."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

LONGEST_PATH = 2000
#: How long the mailbox of before can take an account back.
UNDO_WITHIN = timedelta(hours=72)
#: How long somebody who asked to be forgotten can think better of it.
COOLING_OFF = timedelta(days=7)
#: How long a file of one's own data waits to be fetched.
DATA_KEPT = timedelta(days=7)


class Door(StrEnum):
    """Where a key is asked for, or a mail is sent for the asking."""

    CODE_ASKED = "code asked"
    CODE_TYPED = "code typed"
    PASSWORD = "password"  # noqa: S105
    SECOND_FACTOR = "second factor"
    PASSKEY = "passkey"
    ADDRESS_ASKED = "address asked"
    ADDRESS_TYPED = "address typed"


@dataclass(frozen=True)
class Pace:
    """So many tries at once; they come back one by one, all of them after this time."""

    tries: int
    within: timedelta


MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
#: Offices and shops come in through one address of the network: its share is larger than that of an account.
PACES: dict[Door, dict[str, tuple[Pace, ...]]] = {
    Door.CODE_ASKED: {"network": (Pace(20, MINUTE),), "account": (Pace(3, MINUTE), Pace(20, HOUR))},
    Door.CODE_TYPED: {"network": (Pace(30, MINUTE),), "account": (Pace(30, HOUR),)},
    Door.PASSWORD: {"network": (Pace(10, MINUTE),), "account": (Pace(5, 5 * MINUTE),)},
    Door.SECOND_FACTOR: {"network": (Pace(30, MINUTE),), "account": (Pace(5, 5 * MINUTE),)},
    Door.PASSKEY: {"network": (Pace(30, MINUTE),), "account": ()},
    Door.ADDRESS_ASKED: {"network": (Pace(20, MINUTE),), "account": (Pace(10, HOUR),)},
    Door.ADDRESS_TYPED: {"network": (Pace(30, MINUTE),), "account": (Pace(30, HOUR),)},
}


def is_own_path(url: str) -> bool:
    """May a reader be sent to this address after signing in? Only a plain path of this installation.

    Browsers drop tabs and line ends and read a backslash as a slash: anything but printable ASCII is refused.
    """
    if not url.startswith("/") or len(url) > LONGEST_PATH:
        return False
    if not url.isascii() or any(character <= " " or character in "\\\x7f" for character in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and not url.startswith("//")


class DeviceKind(StrEnum):
    TELEPHONE = "phone"
    TABLET = "tablet"
    COMPUTER = "computer"
    OTHER = "other"


@dataclass(frozen=True)
class Device:
    """What a browser says of itself, in three words that many people share."""

    kind: DeviceKind
    browser: str
    system: str


#: The first mark that is found names the thing: those who also carry the mark of another come before it.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
COMPUTERS = {"Windows", "macOS", "Linux", "ChromeOS"}


def device_of(user_agent: str) -> Device:
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if system == "iPadOS" or (system == "Android" and "Mobile" not in user_agent):
        kind = DeviceKind.TABLET
    elif system in {"iOS", "Android"}:
        kind = DeviceKind.TELEPHONE
    elif system in COMPUTERS:
        kind = DeviceKind.COMPUTER
    else:
        kind = DeviceKind.OTHER
    return Device(kind, browser, system)
