from huey import crontab

from vigie.facts import actions, queries
from vigie.facts.jobs import huey


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
