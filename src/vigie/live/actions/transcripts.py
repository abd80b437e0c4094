"""Transcripts as files: asked for on a page, made by a job, kept a week, handed to the one who asked."""

import hashlib
import logging
import os
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.utils import translation
from django_scopes import scope, scopes_disabled

from vigie.accounts.models import Person
from vigie.communities.access import Actor, Can
from vigie.communities.queries import actor_for
from vigie.core import clock
from vigie.core.errors import Denied, NotVisible
from vigie.facts.actions import emit
from vigie.live import exports, facts
from vigie.live.models import Assignment, Seat, Session, TranscriptFile
from vigie.live.queries.sessions import get_session
from vigie.live.queries.transcripts import identities, transcript

log = logging.getLogger(__name__)

KEPT = timedelta(days=7)


def order_transcript(actor: Actor, session: Session, *, kind: str, identity: str) -> TranscriptFile:
    """Ask for a file; the caller wakes the job. Raises `Denied` for names that the reader may not have."""
    reader = actor.need(Can.VIEW_TRANSCRIPT)
    session = get_session(actor, session.code)
    if identity not in identities(actor):
        raise Denied(Can.VIEW_TRANSCRIPT)
    with transaction.atomic():
        file = TranscriptFile.objects.create(
            session=session,
            requested_by=reader,
            format=TranscriptFile.Format(kind),
            identity=TranscriptFile.Identity(identity),
            expires_at=clock.now() + KEPT,
        )
        emit(
            facts.TranscriptOrdered(
                community=session.community_id,
                actor=reader.id,
                session=session.id,
                file=file.code,
                format=file.format,
                identity=file.identity,
            )
        )
    return file


def path_of(file: TranscriptFile) -> Path:
    return Path(settings.DATA_DIR) / "files" / "transcripts" / f"{file.code}.{file.format}"


def make_transcript(file_id: int) -> None:
    """Write the file, under the rights that the reader has now. Twice the same call writes the same file twice."""
    with scopes_disabled():
        file = (
            TranscriptFile.objects.filter(id=file_id, state=TranscriptFile.State.WAITING)
            .select_related("session__community", "requested_by__person")
            .first()
        )
    if file is None:
        return
    community, person = file.session.community, file.requested_by.person
    with scope(community=community), translation.override(person.language):
        turn = TranscriptFile.objects.filter(id=file.id, state=TranscriptFile.State.WAITING)
        try:
            actor = actor_for(community, person)
            reader = actor.need(Can.VIEW_TRANSCRIPT)
            session = get_session(actor, file.session.code)
            if file.identity not in identities(actor) or reader.id != file.requested_by_id:
                raise Denied(Can.VIEW_TRANSCRIPT)
            data = exports.build(transcript(session, file.identity), file.format)
            _write(path_of(file), data)
        except Exception:
            # Nobody waits for a job that cannot end: the page says that the file failed, and it may be asked again.
            log.warning("a transcript could not be made", exc_info=True)
            turn.update(state=TranscriptFile.State.FAILED)
            return
        turn.update(
            state=TranscriptFile.State.READY,
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            made_at=clock.now(),
        )


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and for this account of the machine alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(f"{path.suffix}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
    part.replace(path)


def read_transcript_file(file: TranscriptFile) -> bytes:
    """Raises `NotVisible` when what the disk holds is not what was made."""
    try:
        data = path_of(file).read_bytes()
    except FileNotFoundError:
        raise NotVisible(file.code) from None
    if hashlib.sha256(data).hexdigest() != file.sha256:
        log.error("the transcript %s on disk is not the one that was made", file.code)
        raise NotVisible(file.code)
    return data


def remove_expired_transcripts() -> int:
    with scopes_disabled():
        expired = list(TranscriptFile.objects.filter(expires_at__lte=clock.now())[:200])
        for file in expired:
            path_of(file).unlink(missing_ok=True)
            TranscriptFile.objects.filter(id=file.id).delete()
    return len(expired)


def forget_in_files(person: Person) -> list[Path]:
    """Transcripts as files that this person asked for, or that may name them: whoever wants one asks again."""
    with scopes_disabled():
        seated = Seat.objects.filter(membership__person=person).values_list("session_id", flat=True)
        on_duty = Assignment.ever.filter(membership__person=person).values_list("session_id", flat=True)
        found = TranscriptFile.objects.filter(
            models.Q(session__in=[*seated, *on_duty]) | models.Q(requested_by__person=person)
        )
        files = [path_of(file) for file in found]
        found.delete()
    return files
