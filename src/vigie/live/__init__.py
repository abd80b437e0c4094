"""Live moderated text sessions: plan, seats, waiting room, guide, room, transcript.

Lives here: the pure core in `protocol/`, the numbered log, the committer, the hub and the socket.
May import: communities, accounts, facts, shell, core. Cannot know that `backroom` exists.
Emits: session and seat facts. Listens to: nothing.
"""
