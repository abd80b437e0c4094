import logging

from huey import crontab

from vigie.communities.actions import invitations
from vigie.facts.jobs import huey

log = logging.getLogger(__name__)


@huey.task(retries=3, retry_delay=60)
def mail_invitation(community_id: int, invitation_id: int) -> None:
    invitations.mail_invitation(community_id, invitation_id)


@huey.task(retries=3, retry_delay=60)
def mail_admission(community_id: int, membership_id: int) -> None:
    invitations.mail_admission(community_id, membership_id)


def wake(community_id: int, invitation_id: int) -> None:
    """Queue a mail. A queue that is down must not fail the invitation: the sweep comes by."""
    try:
        mail_invitation(community_id, invitation_id)
    except Exception:
        log.warning("the mail of an invitation could not be queued", exc_info=True)


@huey.periodic_task(crontab(minute="*/5"))
def sweep_invitations() -> None:
    for community_id, invitation_id in invitations.unmailed():
        mail_invitation(community_id, invitation_id)
