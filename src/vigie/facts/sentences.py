"""How facts read: one sentence for each, and who or what their numbers stand for.

    SENTENCES.register("live.SessionPlanned", Sentence("sessions", _("%(actor)s planned session %(session)s.")))
    NAMES.register("session", numbers_of_sessions)

A sentence names the fact's own fields. Names are looked up when somebody reads: facts hold none.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vigie.core.registry import Registry
from vigie.facts.models import Entry


@dataclass(frozen=True, slots=True)
class Sentence:
    """`kind` is one of `KINDS`; `codes` says what the codes of some fields are called."""

    kind: str
    words: Promise
    codes: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)


#: What a reader may choose, in this order.
KINDS: dict[str, Promise] = {
    "community": _("The community"),
    "members": _("Members and team"),
    "sessions": _("Sessions"),
    "mail": _("Mail"),
    "accounts": _("Accounts"),
}
SENTENCES: Registry[Sentence] = Registry()
#: By field of a fact: what the ids of one community are called, `{id: name}`, in one read.
NAMES: Registry[Callable[[int, Iterable[int]], dict[int, str]]] = Registry()


def read_aloud(entries: list[Entry], names: Mapping[str, Mapping[int, str]]) -> list[str]:
    """A sentence for each entry, in the reader's language."""
    return [_say(entry, names) for entry in entries]


def _say(entry: Entry, names: Mapping[str, Mapping[int, str]]) -> str:
    if entry.name not in SENTENCES:
        return entry.name
    sentence = SENTENCES[entry.name]
    values: dict[str, object] = {}
    for name, value in {**entry.data, "actor": entry.actor_id}.items():
        if name in sentence.codes:
            values[name] = sentence.codes[name].get(value, value)
        elif name in names or name == "actor":
            values[name] = names.get(name, {}).get(value, _("the installation") if value is None else _("somebody"))
        else:
            values[name] = value
    try:
        said = str(sentence.words) % values
    except KeyError:
        # An older version of the fact, without a field of today's.
        return entry.name
    return said[:1].upper() + said[1:]
