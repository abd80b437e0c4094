"""What the suite asked of the product: every route resolved and every socket command sent, in whatever process.

The gate is at the end of a whole run: a route or a verb that no test ever requested fails it, and a part of the suite
says loudly that it proves nothing of the kind. A run in several parts gives each a file of one directory to write
(`VIGIE_REQUESTED`), and `python -m tests.requested DIRECTORY` judges them together.
"""

import os
import sys
from pathlib import Path

import pytest
from django.core.handlers.base import BaseHandler
from django.urls import get_resolver

#: Routes as the resolver names them, and socket verbs as "front seat.admit".
REQUESTED: set[str] = set()
WHOLE_RUNS = {"", "not slow"}


def listen() -> None:
    """Note each route that a request is resolved to, by the test client and by a served application alike."""
    resolve = BaseHandler.resolve_request

    def noting(self, request):
        found = resolve(self, request)
        REQUESTED.add(found.route)
        return found

    BaseHandler.resolve_request = noting


def requested() -> set[str]:
    from tests.live.serving import SENT

    return REQUESTED | {f"{plane} {verb}" for plane, verb in SENT}


def everything() -> set[str]:
    """Every route of the product, demo mode's included, and every verb of its sockets."""
    from vigie.backroom import wire as back
    from vigie.communities.checks import routes
    from vigie.live.protocol import wire as front

    found = {path for path, _ in routes(get_resolver("tests.demo.urls"))}
    return found | {
        f"{plane} {verb}" for plane, wire in (("front", front), ("back", back)) for verb in wire.parse.verbs
    }


def together(directory: Path) -> list[str]:
    """What no part of a run asked for."""
    seen = {line for part in directory.iterdir() for line in part.read_text().splitlines()}
    return sorted(everything() - seen)


def why_partial(config: pytest.Config, exitstatus: int) -> str:
    """Why this run is not the whole suite, "" when it is."""
    option = config.option
    if getattr(option, "markexpr", "") not in WHOLE_RUNS:
        return f"-m {option.markexpr!r}"
    if option.keyword or getattr(option, "deselect", None):
        return "tests were left out by name"
    if {(config.invocation_params.dir / one).resolve() for one in config.args} != {Path(__file__).parent}:
        return "only some files were run"
    if exitstatus not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        return "the run was cut short"
    return ""


class Gate:
    """Hooks of `tests/conftest.py`. With xdist, workers hand over what they saw, and the controller judges."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.seen: set[str] = set()
        self.missing: list[str] = []
        self.partial = ""

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node, error) -> None:
        self.seen |= set(getattr(node, "workeroutput", {}).get("requested", ()))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        self.seen |= requested()
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["requested"] = sorted(self.seen)
            return
        if part := os.environ.get("VIGIE_REQUESTED"):
            Path(part).write_text("".join(f"{one}\n" for one in sorted(self.seen)))
        self.partial = why_partial(self.config, exitstatus)
        if not self.partial and not self.config.option.collectonly:
            self.missing = sorted(everything() - self.seen)
            if self.missing:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter) -> None:
        if self.partial:
            terminalreporter.write_line(f"SKIPPED: whether every route is requested ({self.partial}).", yellow=True)
        for one in self.missing:
            terminalreporter.write_line(f"FAILED: no test ever requested {one}", red=True)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    unasked = together(Path(sys.argv[1]))
    for one in unasked:
        print(f"FAILED: no test ever requested {one}")
    sys.exit(bool(unasked))
