"""A client that keeps what it was promised: every acknowledgement, with the words it was given for."""

from dataclasses import dataclass, field
from typing import Any

from vigie.replay.client import Client


@dataclass
class Claims:
    """What all witnesses of one plane were promised: the words of a line, its author and the number it was given."""

    by_text: dict[str, tuple[str, int]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def add(self, text: str, author: str, seq: int) -> None:
        if self.by_text.setdefault(text, (author, seq)) != (author, seq):
            self.wrong.append(f"{text} was acknowledged as {self.by_text[text][1]}, then as {seq}")


class Witness(Client):
    """`code` is the author's code in the log."""

    def __init__(self, url: str, cookie: str, code: str, claims: Claims, **options: Any) -> None:
        super().__init__(url, cookie, **options)
        self.code, self.claims = code, claims
        self.said = 0
        self.acknowledgements = 0

    async def say(self, **fields: Any) -> int:
        """Words that nobody said before; returns once they are acknowledged, whatever happens in between."""
        self.said += 1
        text = f"{self.code} says {self.said}"
        seq = await self.post(text, **fields)
        self.claims.add(text, self.code, seq)
        return seq

    def _take(self, frame: dict[str, Any]) -> bool:
        if frame["type"] == "ack":
            self.acknowledgements += 1
            known = self.acknowledged.get(frame["id"])
            if known is not None and known != frame["seq"]:
                self.claims.wrong.append(f"{frame['id']} was acknowledged as {known}, then as {frame['seq']}")
        return super()._take(frame)
