"""`python -m tests.prove [--only NAME]… [--count N] [--commit HASH] [--again] [--list]`

Runs each proof on a copy of one commit's source, a part at a time. What was done is kept in `var/prove.json`, so that
an interrupted run goes on where it stopped; the figures go into `docs/reliability.md`.
"""

import argparse
import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def source(commit: str) -> Path:
    """The source as committed, with the front end and the catalogues as they are built here."""
    tree = Path(tempfile.mkdtemp(prefix="vigie-prove-"))
    archive = subprocess.run(["git", "archive", commit, "src"], cwd=ROOT, check=True, capture_output=True)
    subprocess.run(["tar", "-x", "-C", str(tree)], input=archive.stdout, check=True)
    package = Path("src/vigie")
    if (ROOT / package / "static/dist").exists():
        shutil.copytree(ROOT / package / "static/dist", tree / package / "static/dist", dirs_exist_ok=True)
    for built in (ROOT / package).rglob("*.mo"):
        target = tree / built.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(built, target)
    return tree


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("--count", type=int, default=0, help="instead of each proof's own count")
    parser.add_argument("--commit", default="", help="prove this commit's source; the newest by default")
    parser.add_argument("--again", action="store_true", help="begin anew what was already done for this commit")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vigie.settings")
    own = tempfile.mkdtemp(prefix="vigie-prove-own-")
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    os.environ.setdefault("VIGIE_DATA_DIR", own)
    # Asked to stop, it stops as after Ctrl-C: servers, databases and directories are put away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    import django

    django.setup()
    from tests.prove.proofs import PROOFS
    from tests.prove.record import Record

    if options.list:
        for proof in PROOFS.values():
            print(f"{proof.name:28} {proof.count:>6} {proof.unit:14} {proof.promise}")
        return 0
    unknown = set(options.only) - set(PROOFS)
    if unknown:
        parser.error(f"no such proof: {', '.join(sorted(unknown))}")
    commit = git("log", "-1", "--format=%h", options.commit or "HEAD", "--", "src")
    record, failed = Record(commit), []
    tree = source(commit)
    try:
        for proof in PROOFS.values():
            if options.only and proof.name not in options.only:
                continue
            if reason := proof.missing():
                print(f"SKIPPED: {proof.name}, {reason}", flush=True)
                continue
            count = options.count or proof.count
            result = record.begin(proof, again=options.again)
            while result["done"] < count and len(result["wrong"]) < 20:
                began = time.monotonic()
                part = proof.run(tree, min(proof.part, count - result["done"]), result["done"])
                record.add(proof, part, time.monotonic() - began)
                print(
                    f"{proof.name}: {result['done']} of {count} {proof.unit}, {len(result['wrong'])} wrong", flush=True
                )
            if result["wrong"]:
                failed.append(proof.name)
                print("\n".join(result["wrong"][:5]), flush=True)
    finally:
        shutil.rmtree(tree, ignore_errors=True)
    record.write_document(PROOFS)
    print(f"failed: {', '.join(failed)}" if failed else "every proof held")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
