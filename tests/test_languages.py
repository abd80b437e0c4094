"""The French catalogue: complete, one sentence for each refusal, and set as French is set."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.utils import translation

from vigie.backroom import actions as backroom
from vigie.live.actions import room

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "src/vigie/locale/fr/LC_MESSAGES/django.po"
NOT_WORDS = re.compile(r"<[^>]*>|%\(\w+\)[sd]|%%|\{\w*\}|https?://\S+")
STRAIGHT = re.compile(r"\w'\w|\"")
LOOSE = re.compile(r"(?<![\u00a0\u202f])[:;?!»]|«(?!\u00a0)|\.\.\.")


def messages() -> list[Message]:
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file, locale="fr") if message.id]


def said(message: Message) -> list[str]:
    strings = [message.string] if isinstance(message.string, str) else message.string or []
    return [NOT_WORDS.sub("…", one) for one in strings]


def test_every_sentence_is_in_the_catalogue_and_translated() -> None:
    command = [sys.executable, str(ROOT / "tools/languages.py"), "check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("plane", [room, backroom], ids=["room", "back room"])
def test_every_refusal_speaks_french(plane: object) -> None:
    french = {message.id: message.string for message in messages()}
    with translation.override("en"):
        english = {code: str(sentence) for code, sentence in plane.SENTENCES.items()}  # type: ignore[attr-defined]
    assert english
    for code, sentence in english.items():
        assert french.get(sentence), code
        assert french[sentence] != sentence, code


def test_apostrophes_and_quotes_are_typographic() -> None:
    assert [one for message in messages() for one in said(message) if STRAIGHT.search(one)] == []


def test_spaces_before_high_punctuation_do_not_break() -> None:
    assert [one for message in messages() for one in said(message) if LOOSE.search(one)] == []


def test_nothing_shouts() -> None:
    assert [one for message in messages() for one in said(message) if "!" in one or "Oups" in one] == []


def test_the_rules_see_what_they_forbid() -> None:
    assert STRAIGHT.search("l'accueil") and not STRAIGHT.search("l’accueil")
    for wrong in ("Prête ?", "Prête?", "« Prête\u00a0»", "Voix: une"):
        assert LOOSE.search(wrong), wrong
    assert not LOOSE.search("«\u00a0Prête\u00a0?\u00a0», dit-elle")
