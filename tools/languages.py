"""The catalogues: `update` extracts every sentence, `check` fails on a missing, fuzzy or malformed French one."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "src/vigie/locale"
TEMPLATE = LOCALES / "django.pot"
LANGUAGES = ["fr"]
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def pybabel(*arguments: object) -> None:
    command = [str(Path(sys.executable).parent / "pybabel"), "-q", *map(str, arguments)]
    subprocess.run(command, check=True, cwd=ROOT)


def extract(target: Path) -> None:
    keywords = [*("-k", "_"), *("-k", "gettext_lazy"), *("-k", "ngettext_lazy:1,2"), *("-k", "pgettext:1c,2")]
    names = ("--no-location", "--sort-output", "--omit-header", "--project=Vigie")
    pybabel("extract", "-F", "babel.cfg", *keywords, *names, "-o", target, "src/vigie")


def update() -> int:
    LOCALES.mkdir(exist_ok=True)
    extract(TEMPLATE)
    for language in LANGUAGES:
        catalogue = LOCALES / language / "LC_MESSAGES/django.po"
        verb = "update" if catalogue.exists() else "init"
        options = ["--no-fuzzy-matching", "--ignore-obsolete"] if verb == "update" else []
        pybabel(verb, "-D", "django", "-i", TEMPLATE, "-d", LOCALES, "-l", language, *options)
        settle(catalogue, language)
    TEMPLATE.unlink()
    return check()


def settle(path: Path, language: str) -> None:
    """Sorted sentences under a header without dates or names: only words change from one run to the next."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    body = BytesIO()
    write_po(body, catalogue, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    head = HEADER.format(language=language, plurals=catalogue.plural_forms)
    path.write_bytes(head.encode() + body.getvalue())


def check() -> int:
    fresh = ROOT / ".venv" / "django.pot"
    extract(fresh)
    with fresh.open("rb") as file:
        wanted = {message.id for message in read_po(file) if message.id}
    failures = []
    for language in LANGUAGES:
        with (LOCALES / language / "LC_MESSAGES/django.po").open("rb") as file:
            catalogue = read_po(file, locale=language)
        known = {message.id: message for message in catalogue if message.id}
        failures += [f"{language}: not in the catalogue: {one!r}" for one in sorted(wanted - known.keys(), key=str)]
        failures += [f"{language}: no longer used: {one!r}" for one in sorted(known.keys() - wanted, key=str)]
        for message in known.values():
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            if not all(strings):
                failures.append(f"{language}: not translated: {message.id!r}")
            if message.fuzzy:
                failures.append(f"{language}: fuzzy: {message.id!r}")
            failures += [f"{language}: {error}: {message.id!r}" for error in message.check(catalogue)]
    for failure in failures[:40]:
        print(failure)
    print(f"{len(failures)} sentences to see to" if failures else f"{len(wanted)} sentences, all translated")
    return bool(failures)


if __name__ == "__main__":
    sys.exit({"update": update, "check": check}[sys.argv[1]]())
