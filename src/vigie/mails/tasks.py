from huey import crontab

from vigie.facts.jobs import huey
from vigie.mails import actions


@huey.task()
def deliver_mails() -> None:
    actions.deliver_due()


@huey.periodic_task(crontab(minute="*"))
def sweep_mails() -> None:
    """Finds what a crash, a lost wake-up or a silent server left, a batch a minute."""
    actions.sweep()
    actions.deliver_due()
