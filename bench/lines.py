"""Lines for the page measures: `lines.py CODE N` in a session, `lines.py --elsewhere N` in its community's others."""

import sys

import django

django.setup()

from django.db import connection
from django_scopes import scopes_disabled

from vigie.core import clock
from vigie.live.models import Line, Seat, Session


def fill(session: Session, count: int) -> None:
    seats = list(Seat.objects.filter(session=session).values_list("code", flat=True)) or ["nobody"]
    now = clock.now()
    for start in range(session.last_seq, session.last_seq + count, 5000):
        Line.objects.bulk_create(
            Line(
                session=session, seq=seq + 1, kind="said", author=seats[seq % len(seats)], client_id=f"c{seq}",
                text="I gave up on the lentils: the scoop sticks, and nobody answers for the bin.", at=now,
            )
            for seq in range(start, min(start + 5000, session.last_seq + count))
        )  # fmt: skip
    Session.objects.filter(id=session.id).update(last_seq=session.last_seq + count)


with scopes_disabled():
    if sys.argv[1] == "--elsewhere":
        first = Session.objects.order_by("id").first()
        for number in range(10):
            other = Session.objects.create(
                community=first.community, number=1000 + number, title=f"Other {number}", starts_at=clock.now(),
                time_zone="Europe/Paris", phase="closed",
            )  # fmt: skip
            fill(other, int(sys.argv[2]) // 10)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    else:
        fill(Session.objects.get(code=sys.argv[1]), int(sys.argv[2]))
