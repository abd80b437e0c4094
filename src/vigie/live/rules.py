"""Conditions of state and time around a room. What happens inside it is in `protocol/rules.py`."""

from datetime import datetime


def seat_may_enter(state: str, doors_at: datetime, at: datetime) -> bool:
    """An invited seat from the opening of the waiting room on; never once removed."""
    return state != "removed" and (state == "admitted" or at >= doors_at)
