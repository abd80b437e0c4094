"""The confidential plane's commands, version 1. An unknown field, type or verb is an error."""

from dataclasses import dataclass

from vigie.core.commands import Malformed, Parser

__all__ = ["Command", "Join", "Malformed", "Ping", "Post", "Typing", "parse"]


@dataclass(frozen=True, slots=True)
class Join:
    since: int = 0


@dataclass(frozen=True, slots=True)
class Ping:
    since: int = 0


@dataclass(frozen=True, slots=True)
class Post:
    id: str
    kind: str
    text: str
    quote: int = 0


@dataclass(frozen=True, slots=True)
class Typing:
    on: bool = True


Command = Join | Ping | Post | Typing
parse: Parser[Command] = Parser({"join": Join, "ping": Ping, "post": Post, "typing": Typing})
