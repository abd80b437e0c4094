from django.utils.translation import gettext_lazy as _

from vigie.facts.sentences import SENTENCES, Sentence

SENTENCES.register("media.LogoKept", Sentence("community", _("%(actor)s chose a logo.")))
SENTENCES.register("media.LogoRemoved", Sentence("community", _("%(actor)s removed the logo.")))
