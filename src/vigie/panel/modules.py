"""What the panel offers to other screens: the door on a member's page, the line on a person's account."""

from django.utils.translation import gettext_lazy as _

from vigie.accounts.queries import ACCOUNT_DOORS, MY_DATA, AccountDoor
from vigie.communities.access import Can
from vigie.communities.modules import MEMBER_DOORS, Door
from vigie.panel.queries import my_data, reads_of

MEMBER_DOORS.register("identity", Door(_("See who this is"), "lock-key-open", "identity", Can.VIEW_IDENTITY))
MY_DATA.register("panel", my_data)
ACCOUNT_DOORS.register(
    "identity-reads",
    AccountDoor(
        label=_("Who looked at my identity"),
        button=_("Read the log"),
        icon="eye",
        url_name="identity-reads",
        count=lambda person: len(reads_of(person)),
    ),
)
