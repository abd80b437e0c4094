"""Where the shell's mails come in."""

from vigie.mails.actions import keep
from vigie.shell.mails import CARRIERS

CARRIERS.register("mails", keep)
