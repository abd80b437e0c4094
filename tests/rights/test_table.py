"""The product's own tables say what the table of rights says, cell by cell; every route and verb stands in it."""

import pytest
from django.urls import URLPattern

from tests.rights.table import COLUMNS, NOT_BUILT, PERMISSIONS, ROUTES, SOCKETS
from vigie.asgi import SOCKETS as SOCKET_ROUTES
from vigie.backroom import wire as back
from vigie.communities.access import ADMINISTRATOR, GRANTS, TOLD, TOLD_ADMINISTRATOR, Can, Role
from vigie.communities.checks import every_route_declares_a_right, routes
from vigie.live.protocol import wire as front

PARSERS = {"front": front.parse, "back": back.parse}


def test_every_right_stands_in_the_table():
    assert {right.value for right in Can} - PERMISSIONS.keys() == set()


def test_the_table_has_no_row_and_no_cell_twice():
    ids = [row["id"] for row in PERMISSIONS.values()]
    assert len(set(ids)) == len(ids) == 93
    assert {len(row) for row in PERMISSIONS.values()} == {11}


@pytest.mark.parametrize("role", Role, ids=str)
@pytest.mark.parametrize("right", Can, ids=lambda right: right.value)
def test_a_role_holds_what_its_cell_says(role: Role, right: Can):
    cell = PERMISSIONS[right.value][COLUMNS[role]]
    assert (right in GRANTS[role], right in TOLD[role]) == (cell not in {"-", "F"}, cell == "F")


@pytest.mark.parametrize("right", Can, ids=lambda right: right.value)
def test_a_platform_administrator_reads_nothing_and_is_told_what_the_table_says(right: Can):
    cell = PERMISSIONS[right.value]["platform_admin"]
    assert (right in TOLD_ADMINISTRATOR) == (cell == "F")
    assert cell in {"-", "F", "all", "own"} | NOT_BUILT
    everybodys = {Can.PUBLIC, Can.VIEW_PUBLIC_PAGE, Can.OWN_ACCOUNT, Can.UNSUBSCRIBE}
    assert (right in ADMINISTRATOR) == (cell == "all" and right not in everybodys)


def named(pattern: URLPattern, path: str) -> str:
    space = "live:" if pattern.callback.__module__.startswith("vigie.live") else ""
    space = "back:" if pattern.callback.__module__.startswith("vigie.backroom") else space
    return f"{space}{pattern.name}"


def test_every_route_is_tied_to_the_row_of_the_right_that_it_declares():
    declared = {(named(pattern, path), pattern.callback.right_name) for path, pattern in routes()}
    assert declared == {(route.route, route.resource_action) for route in ROUTES}


def test_every_verb_is_tied_to_the_row_of_the_right_that_it_asks_for():
    told = {}
    for route in SOCKET_ROUTES:
        plane = "back" if "/back/" in route.pattern.pattern else "front"
        told[plane, ""] = route.door.value
        for verb, kind in PARSERS[plane].verbs.items():
            told[plane, verb] = route.verbs[kind].value
        assert len(route.verbs) == len(PARSERS[plane].verbs)
    assert told == SOCKETS


def test_start_up_refuses_a_route_that_declares_no_right(settings, monkeypatch):
    import sys
    from types import ModuleType

    from django.http import HttpResponse
    from django.urls import path

    module = ModuleType("one_open_page")
    module.urlpatterns = [path("open/", lambda request: HttpResponse())]
    monkeypatch.setitem(sys.modules, "one_open_page", module)
    settings.ROOT_URLCONF = "one_open_page"
    assert [error.msg for error in every_route_declares_a_right()] == ["/open/ declares no right"]
