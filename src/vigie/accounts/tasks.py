import logging

from huey import crontab

from vigie.accounts import actions
from vigie.accounts.models import DataFile
from vigie.facts.jobs import huey

log = logging.getLogger(__name__)


@huey.task()  # type: ignore[no-untyped-call, untyped-decorator]
def mail_sign_in_code(address: str, code: str) -> None:
    """Queued for every address that is typed, so that an unknown one answers no faster than a known one."""
    actions.mail_sign_in_code(address, code)


@huey.task()  # type: ignore[no-untyped-call, untyped-decorator]
def mail_new_address_code(person_id: int, address: str, code: str) -> None:
    """Queued for every address that is typed, taken or not."""
    actions.mail_new_address_code(person_id, address, code)


@huey.task()  # type: ignore[no-untyped-call, untyped-decorator]
def make_data_file(file_id: int) -> None:
    actions.make_data_file(file_id)


def wake(file_id: int) -> None:
    """Queue the job of a file that was ordered. A queue that is down must not fail it: the sweep comes by."""
    try:
        make_data_file(file_id)
    except Exception:
        log.warning("the job of somebody's data could not be queued", exc_info=True)


@huey.periodic_task(crontab(minute="*/2"))  # type: ignore[no-untyped-call, untyped-decorator]
def sweep_accounts() -> None:
    """Files that a crash or a lost wake-up left, and whoever is to be forgotten now."""
    for file_id in DataFile.objects.filter(state=DataFile.State.WAITING).values_list("id", flat=True):
        actions.make_data_file(file_id)
    actions.carry_out_due_erasures()
