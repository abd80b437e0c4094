"""The confidential plane's socket route."""

from vigie.backroom import socket
from vigie.backroom.wire import parse
from vigie.core.routes import SocketRoute

sockets = [
    SocketRoute(
        r"^/c/(?P<slug>[a-z0-9][a-z0-9-]*)/back/(?P<code>[a-z0-9]{12})/socket$",
        socket.serve,
        socket.DOOR,
        socket.VERBS,
        parse.verbs.values(),
    )
]
