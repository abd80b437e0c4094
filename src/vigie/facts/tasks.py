import logging

from huey import crontab

from vigie.facts import actions, queries
from vigie.facts.jobs import huey

log = logging.getLogger(__name__)


@huey.task()
def deliver_facts() -> None:
    actions.deliver_due()
    for community_id in queries.communities_to_seal():
        actions.seal(community_id)


@huey.periodic_task(crontab(minute="*"))
def sweep_facts() -> None:
    """Finds what a crash or a lost wake-up left."""
    while actions.deliver_due():
        pass
    for community_id in queries.communities_to_seal():
        actions.seal(community_id)


@huey.periodic_task(crontab(hour="3", minute="41"))
def look_at_chains() -> None:
    """Each night. A history that somebody edited is told to whoever reads the log, and on the page that shows it."""
    for community_id in queries.communities_with_facts():
        chain = queries.look_at_chain(community_id)
        if chain.broken:
            log.error("the history of community %d is broken at %d", community_id, chain.broken)
