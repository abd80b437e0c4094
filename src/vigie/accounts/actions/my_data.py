"""What the house knows of a person, as a file: asked for, made by a job, fetched for a week by that person alone."""

import hashlib
import json
import logging
import os
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from vigie.accounts.facts import DataFileMade
from vigie.accounts.models import DataFile, Person
from vigie.accounts.queries import MY_DATA, Table, zone_of
from vigie.accounts.rules import DATA_KEPT
from vigie.core import clock
from vigie.core.errors import NotVisible
from vigie.facts.actions import emit

#: The file is read far from here: it brings its own.
STYLE = """<style>
:root { color-scheme: light dark }
body { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem; font: 1.05rem/1.5 Verdana, Geneva, sans-serif }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid }
td { white-space: pre-wrap }
</style>"""

log = logging.getLogger(__name__)


def order_data_file(person: Person) -> DataFile:
    """Ask for a file; the caller wakes the job. While one is under way, that one."""
    now = clock.now()
    try:
        with transaction.atomic():
            return DataFile.objects.create(person=person, asked_at=now, expires_at=now + DATA_KEPT)
    except IntegrityError:
        return DataFile.objects.get(person=person, state=DataFile.State.WAITING)


def path_of(file: DataFile) -> Path:
    return Path(settings.DATA_DIR) / "files" / "my-data" / f"{file.code}.zip"


def make_data_file(file_id: int) -> None:
    """Twice the same call writes the same file twice. The one that was there before makes room for the new one."""
    waiting = DataFile.objects.filter(id=file_id, state=DataFile.State.WAITING, person__is_active=True)
    file = waiting.select_related("person").first()
    if file is None:
        return
    try:
        data = _archive(file.person)
        _write(path_of(file), data)
    except Exception:
        # Nobody waits for a job that cannot end: the page says that it failed, and it may be asked again.
        log.warning("a file of somebody's data could not be made", exc_info=True)
        waiting.update(state=DataFile.State.FAILED)
        return
    told = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "made_at": clock.now()}
    with transaction.atomic():
        if waiting.update(state=DataFile.State.READY, **told):
            emit(DataFileMade(person=file.person_id, file=file.id))
    for older in DataFile.objects.filter(person=file.person, asked_at__lt=file.asked_at):
        _take_away(older)
    if not DataFile.objects.filter(id=file.id).exists():
        path_of(file).unlink(missing_ok=True)  # its person was forgotten while it was being made


def read_data_file(file: DataFile) -> bytes:
    """Raises `NotVisible` when what the disk holds is not what was made."""
    try:
        data = path_of(file).read_bytes()
    except FileNotFoundError:
        raise NotVisible(file.code) from None
    if hashlib.sha256(data).hexdigest() != file.sha256:
        log.error("the data file %d on disk is not the one that was made", file.id)
        raise NotVisible(file.code)
    return data


def remove_data_files(at: datetime) -> int:
    expired = list(DataFile.objects.filter(expires_at__lte=at))
    for file in expired:
        _take_away(file)
    return len(expired)


def _take_away(file: DataFile) -> None:
    path_of(file).unlink(missing_ok=True)
    DataFile.objects.filter(id=file.id).delete()


def _archive(person: Person) -> bytes:
    """One page to read, and the same as data."""
    with translation.override(person.language), timezone.override(zone_of(person.time_zone)):
        order = list(apps.app_configs)
        sources = sorted(MY_DATA.items(), key=lambda source: order.index(source[0]))
        tables = {code: tables_of(person) for code, tables_of in sources}
        made_at = clock.now()
        page = render_to_string(
            "accounts/my_data_file.html",
            {
                "tables": tables,
                "made_at": made_at,
                "language": person.language,
                "base_url": settings.BASE_URL,
                "style": mark_safe(STYLE),  # noqa: S308  our own, above
            },
        )
        called = translation.gettext("what-we-know-of-you")
    data = {"format": "vigie.my-data", "version": 1, "made_at": clock.instant(made_at)}
    data |= {code: [{"title": str(one.title), "rows": _plain(one)} for one in parts] for code, parts in tables.items()}
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{called}.html", page)
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=1, default=str))
    return target.getvalue()


def _plain(table: Table) -> list[dict[str, object]]:
    return [
        {name: clock.instant(value) if isinstance(value, datetime) else _word(value) for name, value in row.items()}
        for row in table.rows
    ]


def _word(value: object) -> object:
    return value if value is None or isinstance(value, str | int | float | bool | date) else str(value)


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and for this account of the machine alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
    part.replace(path)
