from huey import crontab

from vigie.core import clock
from vigie.facts.jobs import huey
from vigie.notifications import actions


@huey.periodic_task(crontab(minute="*/5"))
def remind_of_sessions() -> None:
    actions.remind(clock.now())
