"""Hints of the front plane: a room moved, or its plan changed."""

from django.db import transaction

from vigie.core.relays import Channel

channel = Channel("vigie:live")
listen, moved, plan_changed = channel.listen, channel.moved, channel.plan_changed


def moved_on_commit(session_id: int) -> None:
    transaction.on_commit(lambda: moved(session_id))
