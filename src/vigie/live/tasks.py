import logging

from huey import crontab

from vigie.facts.jobs import huey
from vigie.live import actions
from vigie.live.queries import transcripts

log = logging.getLogger(__name__)


@huey.task()
def make_transcript(file_id: int) -> None:
    actions.make_transcript(file_id)


def wake(file_id: int) -> None:
    """Queue the job of a file that was ordered. A queue that is down must not fail it: the sweep comes by."""
    try:
        make_transcript(file_id)
    except Exception:
        log.warning("the job of a transcript could not be queued", exc_info=True)


@huey.periodic_task(crontab(minute="*/2"))
def sweep_transcripts() -> None:
    """Finds what a crash or a lost wake-up left, and takes away what is out of date."""
    for file_id in transcripts.to_make():
        actions.make_transcript(file_id)
    actions.remove_expired_transcripts()
