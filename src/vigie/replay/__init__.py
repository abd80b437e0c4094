"""Recorded conversations played through real sockets, and what came out compared with what went in.

Top shelf, beside commands. The load and fault harnesses stand on its stage and its client.
"""

from vigie.replay.play import replay

__all__ = ["replay"]
