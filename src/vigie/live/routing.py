"""The front plane's socket route."""

from vigie.core.routes import SocketRoute
from vigie.live import socket
from vigie.live.protocol.wire import COMMANDS

sockets = [
    SocketRoute(
        r"^/c/(?P<slug>[a-z0-9][a-z0-9-]*)/live/(?P<code>[a-z0-9]{12})/socket$",
        socket.serve,
        socket.DOOR,
        socket.VERBS,
        COMMANDS.values(),
    )
]
