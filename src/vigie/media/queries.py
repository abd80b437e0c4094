import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django_scopes import scopes_disabled

from vigie.communities.access import Actor
from vigie.core.errors import NotVisible
from vigie.media.models import Image, folder


def logo_file(actor: Actor, code: str) -> bytes:
    """The logo in force, for whoever may see the community's public page. Raises `NotVisible`."""
    if not code or code != actor.community.logo:
        raise NotVisible(code)
    try:
        return Image(code=code).path.read_bytes()
    except FileNotFoundError:
        raise NotVisible(code) from None


def broken_images() -> Iterator[str]:
    """Codes of images whose file is not there, or not what was drawn (I10)."""
    with scopes_disabled():
        for image in Image.objects.order_by("id").iterator():
            data = image.path.read_bytes() if image.path.exists() else b""
            if len(data) != image.size or hashlib.sha256(data).hexdigest() != image.sha256:
                yield image.code


def orphans(at: datetime) -> list[Path]:
    """Files a day old or more that no row names."""
    old = (at - timedelta(days=1)).timestamp()
    found = [path for path in folder().glob("*") if path.is_file() and path.stat().st_mtime < old]
    with scopes_disabled():
        named = set(Image.objects.values_list("code", flat=True)) if found else set()
    return [path for path in found if path.stem not in named or path.suffix != ".png"]
