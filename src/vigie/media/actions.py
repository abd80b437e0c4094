import hashlib
import os
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_scopes import scope

from vigie.communities.access import Actor, Can
from vigie.communities.models import Community
from vigie.core import clock
from vigie.core.disk import has_room
from vigie.core.errors import Refused
from vigie.facts.actions import emit
from vigie.media.facts import LogoKept, LogoRemoved
from vigie.media.models import Image, folder
from vigie.media.workshop import Drawn, NoPicture, TooManyPixels, redraw

#: Bytes of the file that may be sent.
LARGEST = 4 * 2**20
#: Pixels that are kept: twice what a page shows.
WIDEST, HIGHEST = 480, 160


def keep_logo(actor: Actor, sent: bytes) -> Image:
    """The community's logo from now on; the one before it goes. Raises `Refused` with the sentence for the field."""
    actor.check(Can.EDIT_SETTINGS)
    if len(sent) > LARGEST:
        raise Refused("too_large", _("This file is too large: 4 MB at most."))
    if not has_room(len(sent)):
        raise Refused("no_room", _("There is no room left for files. Tell the person who runs this installation."))
    try:
        drawn = redraw(sent, widest=WIDEST, highest=HIGHEST)
    except TooManyPixels:
        raise Refused("too_many_pixels", _("This image has too many pixels: 25 million at most.")) from None
    except NoPicture:
        raise Refused("no_picture", _("This file is not an image that we can read: PNG, JPEG, GIF or WebP.")) from None
    community = actor.community
    with transaction.atomic(), scope(community=community):
        image: Image = Image.objects.create(
            community=community,
            width=drawn.width,
            height=drawn.height,
            size=len(drawn.data),
            sha256=hashlib.sha256(drawn.data).hexdigest(),
            created_at=clock.now(),
        )
        # Before the row can be read: a row never names a file that is not there.
        _write(image.path, drawn)
        _replace(community, image.code)
        emit(LogoKept(community=community.id, actor=actor.membership.id if actor.membership else None, image=image.id))
    return image


def remove_logo(actor: Actor) -> None:
    """Back to the product's own mark. Without a logo nothing happens."""
    actor.check(Can.EDIT_SETTINGS)
    with transaction.atomic(), scope(community=actor.community):
        if _replace(actor.community, ""):
            emit(LogoRemoved(community=actor.community.id, actor=actor.membership.id if actor.membership else None))


def _replace(community: Community, code: str) -> bool:
    """Whether there was another before."""
    olds = list(Image.objects.filter(code=community.logo)) if community.logo else []
    Community.objects.filter(id=community.id).update(logo=code)
    for old in olds:
        path = old.path
        old.delete()
        transaction.on_commit(partial(path.unlink, missing_ok=True))
    community.logo = code
    return bool(olds)


def _write(path: Path, drawn: Drawn) -> None:
    """On the disk when this returns, whole or not at all."""
    folder().mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    with half.open("wb") as file:
        file.write(drawn.data)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
