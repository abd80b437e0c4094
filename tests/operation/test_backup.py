"""F24, F25: what is backed up comes back, elsewhere, on the other database, and nothing else ever does."""

import contextlib
import gzip
import json
import random
import sqlite3
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.commands.conftest import Operator
from tests.harness import keeping
from tests.harness.installation import Installation
from tests.harness.marks import needs_both, once
from tests.harness.planted import names, planted
from vigie.operation.archive import FIRST_LINE, SEAL
from vigie.operation.backup import PASSING

slow = pytest.mark.slow
pytestmark = once


def content(vigie: Installation) -> dict:
    """Its tables, sign-ins left aside: nobody is signed in after a restore."""
    found = vigie.call("tests.harness.keeping:content")
    return {label: sums for label, sums in found.items() if label not in PASSING}


def unpacked(file: Path) -> dict[str, bytes]:
    inside = gzip.decompress(file.read_bytes()[len(FIRST_LINE) : -SEAL])
    with tarfile.open(fileobj=BytesIO(inside)) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]


def test_a_backup_comes_back_on_another_machine(lively: Installation, archive: Path):
    with Installation(in_memory=True) as other:
        told = other.call("tests.harness.keeping:restore", file=str(archive))
        assert (told["files"], told["aside"]) == (1, "")
        assert content(other) == content(lively)
        name = Path(lively.transcript).relative_to(lively.directory)  # type: ignore[attr-defined]
        assert (other.directory / name).read_bytes() == (lively.directory / name).read_bytes()
        assert other.call("tests.harness.scene:verify") == []


@slow
@needs_both
def test_a_backup_of_sqlite_comes_back_on_postgresql_and_its_backup_on_sqlite(
    lively: Installation, archive: Path, tmp_path: Path
):
    with Installation("postgresql", in_memory=True) as larger:
        assert "refused" not in larger.call("tests.harness.keeping:restore", file=str(archive))
        assert content(larger) == content(lively)
        back = str(tmp_path / "back.vigie")
        larger.call("tests.harness.keeping:back_up", file=back)
        again = larger.call("tests.harness.keeping:restore", file=back)
        assert again["refused"].startswith("this installation is not empty: ")
        aside = larger.call("tests.harness.keeping:restore", file=back, replace=True)["aside"]
        assert ("before-restore-" in aside, "the schema before_restore_" in aside) == (True, True)
        assert content(larger) == content(lively)
    with Installation(in_memory=True) as small:
        assert "refused" not in small.call("tests.harness.keeping:restore", file=back)
        assert content(small) == content(lively)


@slow
def test_what_stood_there_is_put_aside_and_never_lost(lively: Installation, archive: Path):
    with Installation(in_memory=True) as other:
        keeping.talk(other, 1)
        mine = content(other)
        refused = other.call("tests.harness.keeping:restore", file=str(archive))["refused"]
        assert refused == "this installation is not empty: --replace puts the backup in its place and the old aside"
        assert content(other) == mine
        aside = Path(other.call("tests.harness.keeping:restore", file=str(archive), replace=True)["aside"])
        assert content(other) == content(lively)
        with contextlib.closing(sqlite3.connect(aside / "vigie.sqlite3")) as former:
            assert former.execute("SELECT count(*) FROM accounts_person").fetchone()[0] == mine["accounts.Person"][0]


def test_an_archive_names_the_secrets_and_never_tells_them(lively: Installation, archive: Path):
    manifest = json.loads(unpacked(archive)["manifest.json"])
    assert manifest["secrets"] == {"VIGIE_SECRET_KEY": "file secret-key of the data folder"}
    secret = (lively.directory / "secret-key").read_bytes()
    assert [name for name, data in unpacked(archive).items() if secret in data] == []
    assert manifest["settings"]["VIGIE_DATA_DIR"] == str(lively.directory)
    assert manifest["tables"]["accounts.Person"]["rows"] == content(lively)["accounts.Person"][0]
    assert archive.stat().st_mode & 0o777 == 0o600
    assert "tables/sessions.Session.jsonl" not in unpacked(archive)


def test_an_archive_for_a_key_opens_with_that_key_alone(lively: Installation, tmp_path: Path):
    from vigie.operation.archive import new_key

    (key, recipient), (another, _) = new_key(), new_key()
    file = tmp_path / "closed.vigie"
    lively.call("tests.harness.keeping:back_up", file=str(file), recipient=recipient)
    assert file.read_bytes().startswith(b"age-encryption.org/v1")
    assert [one.name for one in tmp_path.iterdir()] == ["closed.vigie"]
    with Installation(in_memory=True) as other:
        refused = [
            other.call("tests.harness.keeping:restore", file=str(file), key=one)["refused"] for one in ("", another)
        ]
        assert refused[0].startswith("the archive is encrypted: ")
        assert "does not open with this key" in refused[1]
        assert "refused" not in other.call("tests.harness.keeping:restore", file=str(file), key=key)
        assert content(other) == content(lively)


def test_damaged_archives_are_refused(lively: Installation, archive: Path):
    assert lively.call("tests.harness.keeping:refuse_damages", file=str(archive), count=40, seed=1) == []


@slow
def test_damaged_archives_are_refused_encrypted_ones_too():
    with Installation(in_memory=True) as vigie:
        figures = keeping.damaged(vigie, 400, lines=2)
    assert (figures.wrong, figures.counted) == ([], 400)


def test_a_newer_or_a_strange_archive_is_refused(archive: Path, tmp_path: Path, lively: Installation):
    import hashlib

    def changed(first: bytes, **manifest: object) -> str:
        members = unpacked(archive)
        members["manifest.json"] = json.dumps({**json.loads(members["manifest.json"]), **manifest}).encode()
        inside = BytesIO()
        with tarfile.open(fileobj=inside, mode="w") as tar:
            for name, data in members.items():
                one = tarfile.TarInfo(name)
                one.size = len(data)
                tar.addfile(one, BytesIO(data))
        whole = first + gzip.compress(inside.getvalue())
        file = tmp_path / "changed.vigie"
        file.write_bytes(whole + hashlib.sha256(whole).digest())
        return str(lively.call("tests.harness.keeping:restore", file=str(file), replace=True).get("refused"))

    before = content(lively)
    assert changed(b"vigie-backup 2\n") == "the archive was made by a newer Vigie: upgrade first. Nothing was touched"
    assert changed(FIRST_LINE, migrations=[["live", "0999_flying"]]).endswith("does not know live.0999_flying")
    assert "it comes from another Vigie" in changed(FIRST_LINE, tables={"live.Dream": {"columns": []}})
    strange = tmp_path / "holiday.jpg"
    strange.write_bytes(b"\xff\xd8" * 100)
    told = lively.call("tests.harness.keeping:restore", file=str(strange), replace=True)
    assert told == {"refused": "this is no backup of Vigie. Nothing was touched"}
    gone = lively.call("tests.harness.keeping:restore", file=str(tmp_path / "gone"), replace=True)
    assert gone["refused"].endswith("cannot be read: No such file or directory")
    assert content(lively) == before


def test_whoever_was_erased_stays_erased(lively: Installation, archive: Path):
    """Every restore forgets them again, in its rows and in its files."""
    with Installation(in_memory=True) as other:
        told = other.call("tests.operation.erasing:erased_after_the_backup", file=str(archive))
        assert told == {
            "before": 3,
            "gone": 0,
            "first": 1,
            "left": 0,
            "again": 1,
            "journal": 1,
            "unknown": "refused",
        }


# The operator -----------------------------------------------------------------


def test_an_operator_backs_up_restores_and_is_told_what_happened(operator: Operator, tmp_path: Path):
    status, said, complaint = operator.vigie("backup")
    assert (status, said) == (1, "")
    assert complaint == "vigie: there is nothing to back up: this database was never migrated\n"
    assert operator.vigie("migrate")[0] == 0
    file = tmp_path / "first.vigie"
    status, said, complaint = operator.vigie("backup", str(file))
    assert (status, said.startswith(f"backed up: {file}: "), complaint) == (0, True, "")
    status, said, complaint = operator.vigie("restore", str(file), "--to", str(tmp_path / "elsewhere"))
    assert (status, complaint) == (0, "")
    assert said.splitlines()[-1] == "verified: everything holds; everybody signs in again"
    assert "the secret key is another one" in said


def test_an_upgrade_says_what_it_did(operator: Operator):
    status, said, complaint = operator.vigie("upgrade")
    assert (status, complaint) == (0, "")
    assert [line.partition(":")[0] for line in said.splitlines()] == ["migrated", "verified"]
    status, said, complaint = operator.vigie("upgrade")
    assert (status, complaint) == (0, "")
    assert said.splitlines()[1:] == ["migrated: nothing to do", "verified: everything holds"]
    assert len(list((operator.directory / "backups").iterdir())) == 1


@slow
def test_nothing_is_restored_moved_or_upgraded_under_a_running_server(operator: Operator, tmp_path: Path):
    from vigie.serving import alone

    assert operator.vigie("migrate")[0] == 0
    with alone(operator.directory):
        for order in (("upgrade",), ("restore", "x"), ("move", "--to", "postgresql://127.0.0.1/x")):
            status, said, complaint = operator.vigie(*order)
            assert (status, said) == (1, "")
            assert complaint.startswith(f"Vigie already runs on {operator.directory}.")
        assert operator.vigie("backup", str(tmp_path / "live.vigie"))[0] == 0


@slow
def test_a_key_is_written_once_and_for_its_owner_alone(operator: Operator, tmp_path: Path):
    key, file = tmp_path / "key", tmp_path / "closed.vigie"
    status, said, _ = operator.vigie("key", str(key))
    assert (status, said.startswith("VIGIE_BACKUP_RECIPIENT=age1")) == (0, True)
    assert key.stat().st_mode & 0o777 == 0o600
    assert operator.vigie("key", str(key))[0] == 1
    assert operator.vigie("migrate")[0] == 0
    recipient = said.strip().partition("=")[2]
    assert "bytes, encrypted" in operator.vigie("backup", str(file), VIGIE_BACKUP_RECIPIENT=recipient)[1]
    assert operator.vigie("restore", str(file), "--to", str(tmp_path / "b"), "--key", str(key))[0] == 0
    nonsense = operator.vigie("backup", str(tmp_path / "no.vigie"), "--for", "age1nobody")
    assert nonsense == (1, "", "vigie: a recipient looks like age1…, as `vigie key` prints it\n")


@slow
def test_a_passphrase_opens_what_it_closed(operator: Operator, tmp_path: Path):
    phrase, file = tmp_path / "phrase", tmp_path / "closed.vigie"
    phrase.write_text("short\n")
    assert operator.vigie("migrate")[0] == 0
    assert "too short" in operator.vigie("backup", str(file), "--passphrase-file", str(phrase))[2]
    phrase.write_text("one horse, four wheels\n")
    assert operator.vigie("backup", str(file), "--passphrase-file", str(phrase))[0] == 0
    target = str(tmp_path / "b")
    assert operator.vigie("restore", str(file), "--to", target, "--passphrase-file", str(phrase))[0] == 0


# A disk that is full ----------------------------------------------------------


@slow
def test_a_backup_that_finds_no_room_leaves_nothing_and_says_why(operator: Operator, tmp_path: Path):
    """The kernel refuses to write more than 100 kB into any file of this process."""
    assert operator.vigie("migrate")[0] == 0
    (operator.directory / "files").mkdir()
    (operator.directory / "files" / "photograph").write_bytes(random.Random(1).randbytes(300_000))
    file = tmp_path / "large.vigie"
    command = (
        "import resource, django; django.setup(); resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
        f"from vigie.commands import main; main(['backup', {str(file)!r}])"
    )
    run = subprocess.run(
        [sys.executable, "-c", command], env=operator.environment(), capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("vigie: the backup could not be written: ")
    assert list(tmp_path.glob("large*")) == []


# While everybody writes -------------------------------------------------------


def test_a_backup_under_load_holds_all_that_was_acknowledged():
    with Installation(in_memory=True) as vigie:
        assert keeping.backups(vigie, 1).wrong == []


@slow
@needs_both
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_backups_under_load_come_back_on_both_databases(database: str):
    with Installation(database) as vigie:
        figures = keeping.backups(vigie, 4, elsewhere=("sqlite", "postgresql"))
    assert (figures.wrong, figures.counted) == ([], 4)


@slow
@needs_both
def test_a_move_to_postgresql_changes_nothing():
    with Installation(in_memory=True) as vigie:
        figures = keeping.moves(vigie, 2, lines=2)
    assert (figures.wrong, figures.counted) == ([], 2)


@slow
@pytest.mark.parametrize("bug", names("backups"))
def test_a_bad_backup_is_noticed(bug: str):
    with planted(bug) as tree, Installation(tree=tree) as vigie:
        assert keeping.backups(vigie, 2, seed=3).wrong != []


@slow
@pytest.mark.parametrize("bug", names("damaged"))
def test_an_archive_that_is_not_checked_is_noticed(bug: str):
    with planted(bug) as tree, Installation(tree=tree) as vigie:
        assert keeping.damaged(vigie, 40).wrong != []


@slow
@needs_both
@pytest.mark.parametrize("bug", names("move"))
def test_a_bad_move_is_noticed(bug: str):
    with planted(bug) as tree, Installation(tree=tree) as vigie:
        assert keeping.moves(vigie, 1).wrong != []
