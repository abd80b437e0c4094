"""What must be there before the doors open, what a size or a term may be, who may come in under which name. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

#: Beyond it a community is a panel, and somebody must say why.
DEFAULT_CAP = 400
#: From here on members stop knowing each other.
WARNING_CAP = 300
DEFAULT_TARGET = 300
#: Per cent of the members who take part regularly: 200 to 250 of 400.
DEFAULT_REGULAR = 62


class ObjectiveKind(StrEnum):
    CREATE = "create"
    UNDERSTAND = "understand"
    HELP = "help"
    SPREAD = "spread"


class Independence(StrEnum):
    BRAND_LED = "brand"
    CO_LED = "shared"
    MEMBER_LED = "members"


class Step(StrEnum):
    """The opening, page by page."""

    NAME = "name"
    OBJECTIVES = "objectives"
    CHARTER = "charter"
    SIZE = "size"
    TERM = "term"
    TEAM = "team"


class Need(StrEnum):
    OBJECTIVES = "objectives"
    CHARTER = "charter"
    SPONSOR = "sponsor"
    PRIVACY_NOTICE = "privacy_notice"
    CONTACT = "contact"


@dataclass(frozen=True)
class Answers:
    """What the doors wait for."""

    objectives: int
    #: Who reads, what becomes of the data, the conventions of both sides.
    charter: tuple[str, ...]
    sponsor: str
    privacy_notice: str
    contact: str


def missing(answers: Answers) -> tuple[Need, ...]:
    """What the doors still wait for, in the order of the steps; nothing: they may open."""
    there = {
        Need.OBJECTIVES: answers.objectives > 0,
        Need.CHARTER: all(part.strip() for part in answers.charter),
        Need.SPONSOR: bool(answers.sponsor.strip()),
        Need.PRIVACY_NOTICE: bool(answers.privacy_notice.strip()),
        Need.CONTACT: bool(answers.contact.strip()),
    }
    return tuple(need for need, found in there.items() if not found)


def needs_reason(cap: int) -> bool:
    return cap > DEFAULT_CAP


def is_large(cap: int) -> bool:
    return cap > WARNING_CAP


def stages(typed: str) -> tuple[int, ...]:
    """The sizes of a ramp-up, as "25, 50, 100". Raises `ValueError` for what is not a list of whole numbers."""
    return tuple(int(one) for one in typed.replace("→", ",").replace(";", ",").split(",") if one.strip())


def climbs(sizes: Sequence[int], cap: int) -> bool:
    """Each stage is larger than the one before, and none is larger than the cap."""
    return all(one < two for one, two in zip((0, *sizes), (*sizes, cap + 1), strict=True))


def is_term(starts_on: date, ends_on: date, renews_on: date) -> bool:
    """Whether to go on is decided inside the term."""
    return starts_on < renews_on <= ends_on


# Invitations --------------------------------------------------------------------------------------------------------

#: How long an invitation stands.
INVITATION_DAYS = 14


class Ending(StrEnum):
    """Why an invitation no longer stands, when somebody ended it."""

    ACCEPTED = "accepted"
    REVOKED = "revoked"
    REPLACED = "replaced"


class InvitationState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    OPENED = "opened"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    REPLACED = "replaced"


STANDING = frozenset({InvitationState.QUEUED, InvitationState.SENT, InvitationState.OPENED})


def invitation_state(*, ended: str, expires_at: datetime, mailed: bool, opened: bool, now: datetime) -> InvitationState:
    """What somebody ended stays ended, whatever the clock says."""
    if ended:
        return InvitationState(ended)
    if expires_at <= now:
        return InvitationState.EXPIRED
    if opened:
        return InvitationState.OPENED
    return InvitationState.SENT if mailed else InvitationState.QUEUED


def addresses(typed: str) -> list[str]:
    """What a pasted list names, in its order: one a line, or commas, semicolons; “Name <address>” gives the address."""
    found = []
    for line in re.split(r"[\n\r,;]+", typed):
        inside = re.search(r"<([^<>]*)>\s*\Z", line)
        one = (inside[1] if inside else line).strip()
        if one:
            found.append(one)
    return found


# Consents -----------------------------------------------------------------------------------------------------------


class Agreement(StrEnum):
    """What a member agrees to, one thing at a time."""

    PARTICIPATION = "participation"
    EMAIL = "email"
    PHONE = "phone"
    PROFILE = "profile"
    SENSITIVE = "sensitive"
    IMAGE = "image"


#: Without it there is nothing to take part in: to withdraw it is to leave.
REQUIRED = frozenset({Agreement.PARTICIPATION})


# Pseudonyms ---------------------------------------------------------------------------------------------------------

SHORTEST, LONGEST = 3, 24
#: A pseudonym that was left stays out of reach for so long.
RESERVED_DAYS = 730
#: Letters of other alphabets, and figures, that the eye takes for a Latin letter. i, l and 1 are one.
LOOKALIKES = str.maketrans(
    dict(zip("абвгезікмнорстухјѕһԁԛԝүь", "a6breeikmhopctyxjshdqwyb", strict=True))
    | dict(zip("αβγεζηικνορτυχωσςμ", "abyeznikvoptuxwosu", strict=True))
    | dict(zip("ɑɡıłøđħŧ01|!$35", "agilodhtoiiises", strict=True))
)
#: Capitals that are not drawn as their small letters: among Latin letters, a capital nu is an N.
CAPITALS = str.maketrans("ΗΝ", "HN")
#: Drawn by no table of letters: two that read as one.
PAIRS = (("rn", "m"), ("vv", "w"), ("æ", "ae"), ("œ", "oe"))
#: Words that only the team may sign with: whole words, and beginnings of words.
STAFF_WORDS = ("admin", "staff", "team", "equipe", "support", "officiel", "official", "manager", "bot", "moderation")
STAFF_STEMS = ("moderat", "animat", "administrat", "vigie", "communitymanager")
#: What pseudonyms are proposed from: the coast and its colours, nobody's name.
PLACES = {
    "fr": (
        *("Albatros", "Algue", "Amarre", "Ancre", "Anse", "Balise", "Barque", "Bernache", "Boussole", "Brise", "Brume"),
        *("Cabestan", "Calanque", "Cormoran", "Courlis", "Crique", "Digue", "Dune", "Embrun", "Estran", "Falaise"),
        *("Galet", "Goémon", "Héron", "Houle", "Jetée", "Lagune", "Lande", "Macareux", "Nuage", "Ondée", "Palourde"),
        *("Phoque", "Pluvier", "Ponton", "Récif", "Ressac", "Rocher", "Sable", "Sterne", "Varech"),
    ),
    "en": (
        *("Albatross", "Anchor", "Barge", "Bay", "Beacon", "Breeze", "Buoy", "Cliff", "Cloud", "Clam", "Cockle"),
        *("Compass", "Coot", "Cormorant", "Cove", "Curlew", "Dinghy", "Dune", "Foam", "Gannet", "Harbour", "Heron"),
        *("Island", "Jetty", "Kelp", "Lagoon", "Mist", "Osprey", "Pebble", "Plover", "Puffin", "Reef", "Ripple"),
        *("Rudder", "Sand", "Seal", "Shingle", "Skiff", "Spray", "Surf", "Tern", "Tide", "Whelk"),
    ),
}
HUES = {
    "fr": ("ambre", "azur", "corail", "ivoire", "jade", "ocre", "opale", "outremer", "perle", "safran", "turquoise"),
    "en": ("amber", "azure", "coral", "ivory", "jade", "ochre", "opal", "pearl", "saffron", "silver", "teal"),
}


class PseudonymFault(StrEnum):
    SHORT = "short"
    LONG = "long"
    CONTACT = "contact"
    CHARACTERS = "characters"
    OWN_NAME = "own_name"
    STAFF = "staff"


def skeleton(text: str) -> str:
    """What the eye keeps of a name: neither case, nor accents, nor signs, nor the alphabet a letter was taken from."""
    wide = unicodedata.normalize("NFKD", text)
    if re.search("[A-Za-z]", wide):
        wide = wide.translate(CAPITALS)
    plain = "".join(one for one in wide.casefold() if not unicodedata.category(one).startswith("M"))
    for two, one in PAIRS:
        plain = plain.replace(two, one)
    plain = plain.translate(LOOKALIKES).replace("l", "i")
    return "".join(one for one in plain if one.isalnum())


def tidy(pseudonym: str) -> str:
    """As it will be shown: composed letters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", pseudonym).split())


def pseudonym_fault(
    pseudonym: str, *, name: str = "", email: str = "", place: Sequence[str] = (), staff: bool = False
) -> PseudonymFault | None:
    """Why a tidy pseudonym cannot be taken. `place`: names of the community and of its brand.

    The team signs with its own name and function: for it, only the shape counts.
    """
    if len(pseudonym) < SHORTEST:
        return PseudonymFault.SHORT
    if len(pseudonym) > LONGEST:
        return PseudonymFault.LONG
    if _is_contact(pseudonym):
        return PseudonymFault.CONTACT
    if not _is_word(pseudonym):
        return PseudonymFault.CHARACTERS
    if staff:
        return None
    bones = skeleton(pseudonym)
    if any(part in bones for part in (*_parts(name, 3), *_parts(email.partition("@")[0], 4))):
        return PseudonymFault.OWN_NAME
    words = {skeleton(word) for word in re.split(r"[\s'’-]+", pseudonym)}
    if (
        any(skeleton(word) in words | {bones} for word in STAFF_WORDS)
        or any(skeleton(stem) in bones for stem in STAFF_STEMS)
        or any(part in bones for one in place for part in _parts(one, 4))
    ):
        return PseudonymFault.STAFF
    return None


def _is_contact(text: str) -> bool:
    wide = unicodedata.normalize("NFKC", text).casefold()
    return (
        "@" in wide
        or sum(one.isdigit() for one in wide) > 5
        or re.search(r"https?|\bwww\b|://|\w\.\w{2,}", wide) is not None
    )


def _is_word(text: str) -> bool:
    marks = 0
    for one in text:
        kind = unicodedata.category(one)
        marks = marks + 1 if kind.startswith("M") else 0
        if marks > 2 or not (kind in {"Lu", "Ll", "Lo", "Lt", "Lm", "Nd", "Mn", "Mc"} or one in " -'’"):
            return False
    return sum(unicodedata.category(one).startswith("L") for one in text) >= 2


def _parts(text: str, least: int) -> list[str]:
    """The words of a name, as the eye keeps them, but those too short to name anybody."""
    bones = [skeleton(one) for one in re.split(r"[\W\d_]+", text)]
    return [one for one in bones if len(one) >= least]


def proposals(choose: Callable[[Sequence[str]], str], language: str) -> Iterator[str]:
    """Pseudonyms drawn by chance, without end: nothing of the person is in them."""
    places, hues = PLACES.get(language, PLACES["en"]), HUES.get(language, HUES["en"])
    while True:
        one, hue = choose(places), choose(hues)
        yield f"{one} {hue}" if language == "fr" else f"{hue.title()} {one}"
