"""Vigie's front plane for the room load generator: an object per connection (see the generator's plug-in interface).

Needs `--opt stage=FILE`, written by `bench/stage.py`: for each room and member, the path and the cookie.
"""

import json
import uuid
from functools import cache
from pathlib import Path


@cache
def stage(path):
    return json.loads(Path(path).read_text())


class Protocol:
    ready = False

    def __init__(self, room, user, opts):
        self.stage = stage(opts["stage"])
        self.room, self.user = room, user

    def url(self, template):
        number, _ = self._place()
        return template.format(path=self.stage["rooms"][number]["path"])

    def headers(self):
        number, member = self._place()
        room = self.stage["rooms"][number]
        return [("Origin", self.stage["origin"]), ("Cookie", f"{self.stage['cookie']}={room['cookies'][member]}")]

    def _place(self):
        return self.room_idx, self.member_idx

    def on_open(self, send):
        send(b'{"type":"join","since":0,"side":0}')

    def message(self, stamp, size):
        pad = max(0, size - len(stamp))
        command_id = uuid.uuid4().hex.encode()
        return b'{"type":"post","id":"' + command_id + b'","text":"' + stamp + b"x" * pad + b'"}'

    @staticmethod
    def is_message(payload):
        return payload.startswith(b'{"type":"line"') and b"@@" in payload

    def on_other(self, payload, send):
        if payload.startswith(b'{"type":"snapshot"'):
            self.ready = True

    @staticmethod
    def seq(payload):
        # {"type":"line","seq":57,"prev":56,…
        end = payload.index(b",", 21)
        return int(payload[21:end]), int(payload[end + 8 : payload.index(b",", end + 8)])
