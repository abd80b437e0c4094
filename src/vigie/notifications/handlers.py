from vigie.facts.facts import on
from vigie.live.facts import DutyAssigned, DutyWithdrawn, SeatGiven, SeatTakenBack, SessionChanged
from vigie.notifications import actions


@on(SeatGiven)
def invite_to_a_seat(fact: SeatGiven) -> None:
    actions.invite(fact.community, fact.session, fact.membership)


@on(DutyAssigned)
def invite_to_a_duty(fact: DutyAssigned) -> None:
    actions.invite(fact.community, fact.session, fact.membership)


@on(SeatTakenBack)
def take_a_seat_back(fact: SeatTakenBack) -> None:
    actions.withdraw(fact.community, fact.session, fact.membership)


@on(DutyWithdrawn)
def withdraw_a_duty(fact: DutyWithdrawn) -> None:
    actions.withdraw(fact.community, fact.session, fact.membership)


@on(SessionChanged)
def tell_changes(fact: SessionChanged) -> None:
    actions.tell_changes(fact.community, fact.session)
