"""What media offers to other screens: the logo's card on the page of the theme."""

from vigie.communities.branding import CARDS

CARDS.register("logo", "media/_logo_card.html")
