"""What live sessions know of one person, told to that person alone: their own words, and the question they answered."""

from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from vigie.accounts.models import Person
from vigie.accounts.queries import Table
from vigie.live.models import Assignment, GuideItem, Line, Seat


def my_data(person: Person) -> list[Table]:
    with scopes_disabled():
        seats = list(Seat.objects.filter(membership__person=person).select_related("session__community").order_by("id"))
        duties = list(
            Assignment.ever.filter(membership__person=person).select_related("session__community").order_by("id")
        )
        places = {seat.code: seat.session for seat in seats} | {duty.code: duty.session for duty in duties}
        lines = list(
            Line.objects.filter(
                session__in={session.id for session in places.values()},
                author__in=places,
                kind__in=("said", "reacted"),
            ).order_by("at", "id")
        )
        asked = dict(
            GuideItem.objects.filter(code__in={line.item for line in lines if line.item}).values_list("code", "text")
        )
    session, at = _("Session"), _("When")
    return [
        Table(
            _("Your seats in live sessions"),
            {"community": _("Community"), "session": session, "name": _("Name there"), "state": _("State")},
            [
                {
                    "community": seat.session.community.name,
                    "session": seat.session.title,
                    "name": seat.alias,
                    "state": seat.state,
                }
                for seat in seats
            ],
        ),
        Table(
            _("Sessions that you moderated or watched"),
            {"community": _("Community"), "session": session, "duty": _("Duty"), "withdrawn": _("Withdrawn")},
            [
                {
                    "community": duty.session.community.name,
                    "session": duty.session.title,
                    "duty": duty.duty,
                    "withdrawn": duty.withdrawn_at,
                }
                for duty in duties
            ],
        ),
        Table(
            _("What you said in live sessions"),
            {"at": at, "session": session, "question": _("The question"), "words": _("Your words")},
            [
                {
                    "at": line.at,
                    "session": places[line.author].title,
                    "question": asked.get(line.item, ""),
                    "words": line.text,
                }
                for line in lines
                if line.kind == "said"
            ],
        ),
        Table(
            _("Your reactions"),
            {"at": at, "session": session, "mark": _("Mark")},
            [
                {"at": line.at, "session": places[line.author].title, "mark": line.mark}
                for line in lines
                if line.kind == "reacted"
            ],
        ),
    ]
