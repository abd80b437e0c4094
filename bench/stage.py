"""Rooms that are open and full, for load: `stage.py ROOMS MEMBERS FILE`, on the installation's database."""

import json
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings
from django_scopes import scope

from vigie.commands import migrate
from vigie.communities.actions import open_stage
from vigie.core import clock
from vigie.core.codes import new_code
from vigie.live.actions.room import write
from vigie.live.models import Assignment, Session
from vigie.live.protocol.messages import Admit, Launch, Open
from vigie.live.protocol.state import Duty, Viewer
from vigie.replay.stage import set_stage


def main(rooms: int, members: int, file: Path) -> None:
    migrate()
    community = open_stage(slug=f"load-{new_code()}", name="Load", brand="Load")
    told = []
    for number in range(rooms):
        speakers = [f"speaker {member}" for member in range(members)]
        stage = set_stage(speakers, community=community, title=f"Room {number}")
        with scope(community=community):
            session = Session.objects.get(id=stage.session_id)
            moderator = Assignment.objects.get(session=session, duty=Duty.MODERATOR)
            viewer = Viewer(moderator.code, Duty.MODERATOR)
            at = clock.now()
            write(
                session,
                [
                    (viewer, Admit("admit", tuple(stage.seats.values())), at),
                    (viewer, Open("open"), at),
                    (viewer, Launch("launch", stage.items[0]), at),
                ],
            )
        told.append(
            {
                "path": f"/c/{stage.slug}/live/{stage.code}/socket",
                "slug": stage.slug,
                "code": stage.code,
                "cookies": [stage.cookies[speaker] for speaker in speakers],
                "moderator": stage.cookies[stage.moderator],
                "observer": stage.cookies[stage.observers[0]],
            }
        )
    file.write_text(json.dumps({"origin": settings.BASE_URL, "cookie": settings.SESSION_COOKIE_NAME, "rooms": told}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
