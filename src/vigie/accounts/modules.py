"""What accounts offer to other screens: the link to one's own account."""

from django.utils.translation import gettext_lazy as _

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
