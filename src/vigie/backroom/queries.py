from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django_scopes import scope

from vigie.backroom.models import Remark
from vigie.live.models import Assignment


@dataclass(frozen=True, slots=True)
class Author:
    code: str
    name: str
    title: str
    duty: str


@dataclass(frozen=True, slots=True)
class RemarkView:
    seq: int
    prev: int
    at: datetime
    by: str
    kind: str
    client_id: str
    text: str
    quote: int


def people(session_id: int, community_id: int) -> Mapping[str, Author]:
    """Everyone who may read the confidential block of this session, by assignment code."""
    with scope(community=community_id):
        rows = Assignment.objects.filter(session_id=session_id).select_related("membership").order_by("id")
        return {row.code: Author(row.code, row.membership.pseudonym, row.membership.title, row.duty) for row in rows}


def remarks(session_id: int, community_id: int, since: int = 0) -> list[RemarkView]:
    with scope(community=community_id):
        rows = Remark.objects.filter(room__session_id=session_id, seq__gt=since).order_by("seq")
        found = rows.values_list("seq", "at", "author__code", "kind", "client_id", "text", "quote")
        return [
            RemarkView(seq, seq - 1, at, by, kind, client_id, text, quote or 0)
            for seq, at, by, kind, client_id, text, quote in found
        ]
