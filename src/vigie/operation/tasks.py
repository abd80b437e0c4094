import logging

from huey import crontab

from vigie.core import clock
from vigie.facts.jobs import huey
from vigie.operation import health, retention
from vigie.operation.errors import Impossible

log = logging.getLogger(__name__)


@huey.periodic_task(crontab(minute="*"))
def beat() -> None:
    """Says that jobs are done here."""
    health.beat()


@huey.periodic_task(crontab(minute="17"))
def keep_and_delete() -> None:
    """Once a day: looked at every hour, so that a night's sleep delays it by an hour and not by a day."""
    last = retention.last_run()
    if last and 0 <= (clock.now() - last).total_seconds() < 23 * 3600:
        return
    try:
        for one in retention.apply_rules():
            log.info("retention: %s, %d deleted", one.code, one.count)
    except Impossible as refused:
        log.error("retention: %s", refused)
