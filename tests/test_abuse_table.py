"""The table of abuse cases in `docs/reliability.md`: no case is forgotten, and every test that it names exists."""

import ast
import functools
import re

import pytest
from django.conf import settings
from django.test import Client

from tests.harness.installation import ROOT

CASES = {*range(30, 52), *range(60, 71), 87, 88}
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows() -> dict[int, str]:
    text = (ROOT / "docs" / "reliability.md").read_text()
    section = text.partition("\n## Abuse cases\n")[2].partition("\n## ")[0]
    found = ROW.findall(section)
    assert len(found) == len({case for case, _, _ in found})
    return {int(case): told for case, _, told in found}


@functools.cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text())
    made = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(one.name for one in ast.walk(tree) if isinstance(one, made) and one.name.startswith("test_"))


def test_no_case_is_missing():
    assert set(rows()) == CASES


@pytest.mark.parametrize("case", sorted(CASES))
def test_a_case_names_tests_that_exist_or_says_why_there_is_none(case: int):
    told = rows()[case]
    named = NAMED.findall(told)
    assert [f"{file}::{name}" for file, name in named if name not in functions_of(file)] == []
    assert len(named) == told.count("`") // 2
    assert named or re.match(r"not yet: \w", told)


def test_a_form_of_thousands_of_parts_is_refused(client: Client):
    many = {f"part-{number}": "" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    assert client.post("/sign-in/", many, headers={"host": "127.0.0.1"}).status_code == 400
