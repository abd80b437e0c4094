from django.utils.translation import gettext_lazy as _

from vigie.facts.sentences import SENTENCES, Sentence

SENTENCES.register(
    "panel.IdentityShown",
    Sentence("members", _("%(actor)s saw who is behind %(membership)s, for a reason that is kept.")),
)
