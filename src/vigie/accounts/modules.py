"""What accounts offer to other screens: the link to one's own account."""

from django.utils.translation import gettext_lazy as _

from vigie.accounts.queries import MY_DATA
from vigie.accounts.queries.own import own_data
from vigie.shell.navigation import NavigationItem, register

register(
    NavigationItem(
        code="account",
        label=_("My account"),
        icon="user-circle",
        url_name="account",
        shown=lambda actor: True,
        area="account",
    )
)

MY_DATA.register("accounts", own_data)
