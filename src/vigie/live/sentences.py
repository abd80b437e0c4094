"""How the facts of sessions read. A session is its number: titles are words of the community."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django_scopes import scope

from vigie.facts.sentences import NAMES, SENTENCES, Sentence
from vigie.live.models import Session

_DUTIES = {"moderator": _("to moderate"), "observer": _("to observe")}
_IDENTITIES = {"alias": _("under the names of the session"), "pseudonym": _("with pseudonyms"), "id": _("with numbers")}


def numbers(community_id: int, ids: Iterable[int]) -> dict[int, str]:
    with scope(community=community_id):
        found = Session.objects.filter(id__in=list(ids)).values_list("id", "number")
        return {row: str(number) for row, number in found}


NAMES.register("session", numbers)

for _name, _words, _codes in (
    ("SessionPlanned", _("%(actor)s planned session %(session)s."), {}),
    ("SessionChanged", _("%(actor)s changed the plan of session %(session)s."), {}),
    ("SeatGiven", _("%(actor)s gave %(membership)s a seat in session %(session)s."), {}),
    ("SeatTakenBack", _("%(actor)s took back the seat of %(membership)s in session %(session)s."), {}),
    ("DutyAssigned", _("%(actor)s asked %(membership)s %(duty)s session %(session)s."), {"duty": _DUTIES}),
    (
        "DutyWithdrawn",
        _("%(actor)s no longer asks %(membership)s %(duty)s session %(session)s."),
        {"duty": _DUTIES},
    ),
    ("SessionOpened", _("%(actor)s opened session %(session)s."), {}),
    ("SeatAdmitted", _("%(actor)s let a participant into session %(session)s."), {}),
    ("SeatRemoved", _("%(actor)s removed a participant from session %(session)s."), {}),
    ("SessionClosing", _("%(actor)s announced the end of session %(session)s."), {}),
    ("SessionClosed", _("%(actor)s closed session %(session)s, after %(lines)s lines."), {}),
    (
        "TranscriptOrdered",
        _("%(actor)s took the transcript of session %(session)s out as a file (%(format)s), %(identity)s."),
        {"identity": _IDENTITIES},
    ),
):
    SENTENCES.register(f"live.{_name}", Sentence("sessions", _words, _codes))
