"""Reads of live sessions: lists and plans, transcripts. Rooms and sockets have their own door, `queries.room`."""

from vigie.live.queries.plans import PlanView, plan_view
from vigie.live.queries.sessions import (
    Coverage,
    Listed,
    MemberHome,
    Month,
    StaffSessions,
    get_plan,
    get_session,
    member_home,
    staff_sessions,
)
from vigie.live.queries.transcripts import (
    Transcript,
    get_transcript_file,
    transcript,
    transcript_files,
)

__all__ = [
    "Coverage",
    "Listed",
    "MemberHome",
    "Month",
    "PlanView",
    "StaffSessions",
    "Transcript",
    "get_plan",
    "get_session",
    "get_transcript_file",
    "member_home",
    "plan_view",
    "staff_sessions",
    "transcript",
    "transcript_files",
]
