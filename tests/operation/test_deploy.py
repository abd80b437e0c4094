"""The recipes name commands, settings, paths and probes that exist."""

import re
from pathlib import Path

import pytest
from django.urls import resolve

from vigie.asgi import SOCKETS
from vigie.settings import VARIABLES

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
#: The compose file's own.
OWN = {"VIGIE_HOST", "VIGIE_PAGES", "VIGIE_LIVE"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_recipe_names_settings_that_exist(path: Path):
    named = set(re.findall(r"\bVIGIE_[A-Z_]+\b", path.read_text()))
    assert named - VARIABLES.keys() - OWN == set()


def test_services_start_commands_that_exist(capsys):
    from vigie.commands import main

    started = set()
    for path in (DEPLOY / "systemd").glob("*.service"):
        started |= set(re.findall(r"^ExecStart=\S+/vigie (.+)$", path.read_text(), re.MULTILINE))
    assert started == {"serve", "serve pages", "serve live", "serve jobs", "backup"}
    for command in started | {"ready", "migrate"}:
        with pytest.raises(SystemExit) as ended:
            main([*command.split(), "--help"])
        assert ended.value.code == 0


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf", "apache.conf"])
def test_a_proxy_sends_sockets_to_where_they_are_served(name: str):
    text = (DEPLOY / "proxy" / name).read_text()
    assert "/socket" in text
    assert re.search("24h|86400", text)
    assert re.search("upgrade|reverse_proxy", text)
    # Under WSGI a header with an underscore is the same as with a dash: the proxy must drop it.
    assert "underscores_in_headers off" in text or "X_Forwarded_For" in text
    assert "VIGIE_TRUSTED_PROXIES" in text
    assert resolve("/metrics").url_name == "metrics"
    assert all(route.pattern.pattern.rstrip("$").endswith("/socket") for route in SOCKETS)
