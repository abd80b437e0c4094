"""What runs inside a child that has the application: fill an installation, and read back what it kept."""

from dataclasses import asdict
from typing import Any

LINE = ("seq", "kind", "author", "client_id", "text", "item", "target", "mark")


def prepare() -> None:
    from vigie.commands import migrate

    migrate()


def set_scene(
    seats: int = 16, observers: int = 2, questions: int = 1, instructions: int = 0, pace: float = 0.0
) -> dict[str, Any]:
    """A session whose waiting room is open, as plain values: codes, cookies, items."""
    from django_scopes import scope

    from vigie.live.models import Assignment, GuideItem, Session
    from vigie.live.protocol.state import ItemKind
    from vigie.replay.stage import set_stage

    stage = set_stage(
        [f"speaker-{number}" for number in range(1, seats + 1)],
        title="A session",
        questions=tuple(f"Question {number}?" for number in range(1, questions + 1)),
    )
    with scope(community=stage.community_id):
        if pace:
            Session.objects.filter(id=stage.session_id).update(pace_seconds=pace)
        steps = [
            GuideItem.objects.create(
                session_id=stage.session_id, position=1000 + number, kind=ItemKind.INSTRUCTION, text=f"Step {number}"
            ).code
            for number in range(instructions)
        ]
        duties = Assignment.objects.filter(session_id=stage.session_id).order_by("id").values_list("code", flat=True)
        staff = dict(zip([stage.moderator, *stage.observers], duties, strict=True))
    return {
        **asdict(stage),
        "observers": list(stage.observers[:observers]),
        "instructions": steps,
        "assignments": staff,
    }


def read_logs(session_id: int) -> dict[str, Any]:
    """The room's log, the staff's and the confidential one, with their counters, as the database holds them."""
    from django_scopes import scopes_disabled

    from vigie.backroom.models import BackRoom, Remark
    from vigie.live.models import Line, Session, SideLine, SideLog

    with scopes_disabled():
        lines = Line.objects.filter(session_id=session_id).order_by("seq", "id")
        side = SideLine.objects.filter(log__session_id=session_id).order_by("seq", "id")
        remarks = Remark.objects.filter(room__session_id=session_id).order_by("seq", "id")
        return {
            "last_seq": Session.objects.values_list("last_seq", flat=True).get(id=session_id),
            "side_seq": sum(SideLog.objects.filter(session_id=session_id).values_list("last_seq", flat=True)),
            "back_seq": sum(BackRoom.objects.filter(session_id=session_id).values_list("last_seq", flat=True)),
            "lines": [dict(zip(LINE, row, strict=True)) for row in lines.values_list(*LINE)],
            "side": [dict(zip(LINE, row, strict=True)) for row in side.values_list(*LINE)],
            "remarks": [
                {"seq": seq, "kind": kind, "author": author, "client_id": client_id, "text": text}
                for seq, kind, author, client_id, text in remarks.values_list(
                    "seq", "kind", "author__code", "client_id", "text"
                )
            ],
        }


def verify() -> list[str]:
    """The product's own check of its invariants."""
    from vigie.verify import verify as broken

    return list(broken())
