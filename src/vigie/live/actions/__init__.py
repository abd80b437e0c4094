"""Writes of live sessions: what is planned, what happens in the room, what is taken out of it."""

from vigie.live.actions.plan import (
    add_guide_item,
    assign,
    change_session,
    edit_guide_item,
    give_seat,
    give_seats,
    move_guide_item,
    plan_session,
    remove_guide_item,
    take_seat_back,
    withdraw,
)
from vigie.live.actions.transcripts import (
    make_transcript,
    order_transcript,
    read_transcript_file,
    remove_expired_transcripts,
)

__all__ = [
    "add_guide_item",
    "assign",
    "change_session",
    "edit_guide_item",
    "give_seat",
    "give_seats",
    "make_transcript",
    "move_guide_item",
    "order_transcript",
    "plan_session",
    "read_transcript_file",
    "remove_expired_transcripts",
    "remove_guide_item",
    "take_seat_back",
    "withdraw",
]
