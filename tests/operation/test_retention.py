"""What is out of date goes, what is not stays, and a clock that leaps deletes nothing."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.sessions.models import Session as SignIn
from django.core.cache import cache
from django.db import transaction
from django_scopes import scope

from tests.cast import Cast
from vigie.core import clock
from vigie.core.keeping import RETENTION
from vigie.facts.actions import deliver_due, seal
from vigie.facts.models import Delivery, Entry
from vigie.operation import retention, tasks
from vigie.operation.errors import Impossible

pytestmark = [pytest.mark.both, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> Path:
    settings.DATA_DIR, settings.OUTBOX_DIR = tmp_path, tmp_path / "outbox"
    for name in ("outbox", "backups", "files/transcripts"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


def counted(*, dry_run: bool = False, days: float = 0) -> dict[str, int]:
    """What a run deletes so many days from now; what deletes nothing is left out."""
    with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
        found = {one.code: one.count for one in retention.apply_rules(dry_run=dry_run, date_is_right=True)}
    assert found.keys() == dict(RETENTION.items()).keys()
    return {code: count for code, count in found.items() if count}


def test_every_rule_says_what_and_why():
    for rule in RETENTION:
        assert all((rule.what, rule.why, rule.kept))


def test_nothing_is_out_of_date_on_the_first_day(cast: Cast, meeting):
    cast.client("alice")
    assert counted() == {}


def test_sign_ins_that_ended_and_codes_that_nobody_used_go(cast: Cast):
    alice, nobody = cast.client("alice"), cast.client()
    nobody.post("/sign-in/", {"email": "alice@example.org"})
    assert SignIn.objects.count() == 2
    gone = {"accounts.codes": 1, "accounts.tries": 3, "accounts.day_keys": 1}
    assert counted(dry_run=True, days=2) == gone
    assert SignIn.objects.count() == 2
    assert counted(days=2) == gone
    assert alice.get("/account/").status_code == 200
    # What became of the mail that held the code goes too: its text went when it left.
    assert counted(days=31) == {"accounts.sign_ins": 1, "mails.settled": 1}
    assert SignIn.objects.count() == 0


def delivery(cast: Cast, state: str) -> None:
    with transaction.atomic():
        entry = Entry.objects.create(community_id=cast.mariette.id, name="x.Y", version=1, data={}, at=clock.now())
        Delivery.objects.create(entry=entry, listener=f"nobody {state}", state=state, due_at=clock.now())


def test_deliveries_that_were_done_go_and_the_facts_stay(cast: Cast, settings):
    from vigie.facts.queries import broken_seals

    Delivery.objects.all().delete()
    for state in ("done", "dead", "waiting"):
        delivery(cast, state)
    seal(cast.mariette.id)
    entries = Entry.objects.count()
    assert counted(days=29) == {}
    assert counted(days=31) == {"facts.deliveries": 1}
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["dead", "waiting"]
    assert (Entry.objects.count(), list(broken_seals(cast.mariette.id))) == (entries, [])


def test_transcript_files_go_on_their_date_and_what_no_row_names_after_a_day(cast: Cast, meeting, folder: Path):
    from vigie.live.actions.transcripts import path_of
    from vigie.live.models import TranscriptFile

    with scope(community=cast.mariette):
        file = TranscriptFile.objects.create(
            session=meeting.session,
            requested_by=cast.sophie,
            format="json",
            identity="alias",
            expires_at=clock.now() + timedelta(days=7),
        )
    kept, lost = path_of(file), folder / "files" / "transcripts" / "nobody.json"
    for path in (kept, lost):
        path.write_text("{}")
    assert counted() == {}
    assert counted(days=2) == {"live.orphans": 1}
    assert (kept.exists(), lost.exists()) == (True, False)
    assert counted(days=8) == {"live.transcript_files": 1}
    assert not kept.exists()


def test_mail_in_a_folder_and_old_backups_go_and_the_newest_backup_stays(folder: Path):
    mail = folder / "outbox" / "1.log"
    old = [folder / "backups" / f"vigie-2026010{day}T000000Z.vigie" for day in (1, 2, 3)]
    for path in (mail, *old):
        path.write_text("x")
    assert counted(days=6) == {}
    assert counted(days=8) == {"operation.outbox": 1}
    assert counted(days=31) == {"operation.backups": 2}
    assert [path.exists() for path in (mail, *old)] == [False, False, False, True]


def test_a_clock_that_leaps_deletes_nothing(folder: Path, cast: Cast):
    """F10: ten days on, or an hour back, is a wrong clock until an operator says otherwise."""
    mail = folder / "outbox" / "1.log"
    mail.write_text("x")
    os.utime(mail, (0, 0))
    assert dict.fromkeys(one.code for one in retention.apply_rules())
    mail.write_text("x")
    os.utime(mail, (0, 0))
    today = clock.now()
    for days in (10, -1 / 24):
        with time_machine.travel(today + timedelta(days=days), tick=False):
            with pytest.raises(Impossible, match="vigie retention --date-is-right"):
                list(retention.apply_rules())
            tasks.keep_and_delete()
            assert mail.exists()
            assert [one.count for one in retention.apply_rules(dry_run=True) if one.code == "operation.outbox"] == [1]
    with time_machine.travel(today + timedelta(hours=25), tick=False):
        tasks.keep_and_delete()
    assert not mail.exists()


def test_the_daily_job_runs_once_a_day(folder: Path, db):
    today = clock.now()
    runs = []
    for hours in (0, 1, 22, 23.5, 24, 47):
        with time_machine.travel(today + timedelta(hours=hours), tick=False):
            tasks.keep_and_delete()
            runs.append(retention.last_run() == clock.now())
    assert runs == [True, False, False, True, False, True]


def test_counters_of_tries_go_when_they_expire(settings, db):
    from django.core.management import call_command

    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "vigie_cache"}}
    call_command("createcachetable", verbosity=0)
    cache.set("allauth:rl:203.0.113.7", [1], timeout=60)
    cache.set("for-ever", 1, timeout=None)
    assert counted() == {}
    assert counted(days=1) == {"core.cache": 1}
    assert cache.get("for-ever") == 1


def test_deliveries_are_still_made_after_a_run(cast: Cast):
    delivery(cast, "waiting")
    counted(days=40)
    assert deliver_due() >= 0
