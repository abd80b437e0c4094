from vigie.accounts import actions
from vigie.facts.jobs import huey


@huey.task()  # type: ignore[no-untyped-call, untyped-decorator]
def mail_sign_in_code(address: str, code: str) -> None:
    """Queued for every address that is typed, so that an unknown one answers no faster than a known one."""
    actions.mail_sign_in_code(address, code)


@huey.task()  # type: ignore[no-untyped-call, untyped-decorator]
def mail_new_address_code(person_id: int, address: str, code: str) -> None:
    """Queued for every address that is typed, taken or not."""
    actions.mail_new_address_code(person_id, address, code)
