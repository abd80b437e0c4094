"""Hints of the confidential plane: their own channel, so that the front plane hears nothing of it."""

from vigie.core.relays import Channel

channel = Channel("vigie:back")
listen, moved = channel.listen, channel.moved
