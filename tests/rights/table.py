"""The table of rights as data, and what each of its cells means for one reader of one page.

`permissions.csv` says who may do what; `routes.csv` and `sockets.csv` tie every page and every verb to one of its rows.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from vigie.communities.access import Role

HERE = Path(__file__).parent
#: Column of the table for each role that a membership holds.
COLUMNS = {
    Role.CANDIDATE: "candidate",
    Role.MEMBER: "member",
    Role.EXPERT: "expert",
    Role.MODERATOR: "moderator",
    Role.OBSERVER: "observer",
    Role.MANAGER: "community_manager",
}
#: Ways in that the product does not have yet: break-glass, two persons, the server's console.
NOT_BUILT = frozenset({"bg", "2p", "cli"})
ANYBODYS = frozenset({"public", "community.public_page.view"})


def _read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


PERMISSIONS = {row["resource_action"]: row for row in _read("permissions.csv")}


@dataclass(frozen=True)
class Route:
    """A page or a write. `of` is what its conditions are about: a session, its plan, its transcript, an account."""

    route: str
    method: str
    resource_action: str
    of: str
    meeting: str

    def __str__(self) -> str:
        return f"{self.method}-{self.route}"


ROUTES = [
    Route(row["route"], row["method"], row["resource_action"], row["of"], row["meeting"]) for row in _read("routes.csv")
]
#: (plane, verb) → resource_action; the verb "" is the door.
SOCKETS = {(row["plane"], row["verb"]): row["resource_action"] for row in _read("sockets.csv")}


@dataclass(frozen=True)
class Reader:
    """Somebody who tries. `duty`: assigned to the meetings; `seat`: "", "invited" or "admitted" in them."""

    name: str
    column: str
    duty: bool = False
    seat: str = ""
    second_factor: bool = True
    #: Why a membership that once was no longer gives anything: they read as a stranger does.
    lost: str = ""

    def __str__(self) -> str:
        return self.name if self.second_factor else f"{self.name} without a second factor"

    @property
    def is_staff(self) -> bool:
        return self.column in {"moderator", "observer", "community_manager"} and not self.lost

    @property
    def signed_in(self) -> bool:
        return self.name != "visitor"

    def cell(self, resource_action: str) -> str:
        return PERMISSIONS[resource_action]["visitor" if self.lost else self.column]


def expected(route: Route, reader: Reader) -> str:
    """`open`, `hidden` (404), `told` (403), `refused` (422), `sign in`, or `second factor`."""
    if route.of == "account":
        return "open" if reader.signed_in else "sign in"
    if route.of == "demo":
        return "hidden"
    cell = reader.cell(route.resource_action)
    if cell == "-" or cell in NOT_BUILT:
        return "hidden"
    if cell == "F":
        return "told"
    if (
        reader.is_staff
        and not reader.second_factor
        and not route.resource_action.startswith(("public", "community.public"))
    ):
        return "second factor"
    return _within(route, reader, cell)


def _within(route: Route, reader: Reader, cell: str) -> str:
    """A cell that grants, for this session: assigned to it, seated in it, admitted to it."""
    if route.of == "membership" and reader.column == "platform_admin":
        return "hidden"
    if route.of == "person" and cell == "own":
        # What one holds over oneself opens no page about somebody else.
        return "hidden"
    if route.of in {"person", "team"} and cell in {"asg", "vfy"}:
        # No assignment of this kind exists yet.
        return "told"
    if str(route) in {"POST-opening-open", "POST-charter-publish", "POST-charter-accept", "POST-leave"}:
        return "refused"
    if route.of.endswith("mail") and cell == "asg":
        return "hidden"
    if route.of == "appointment":
        return "open" if reader.duty or reader.seat else "hidden"
    if route.of not in {"session", "plan", "transcript"} or cell in {"all", "com"}:
        return "open"
    if cell == "inv":
        return "open" if reader.seat else "hidden"
    if cell == "adm":
        return {"admitted": "open", "invited": "refused", "": "hidden"}[reader.seat]
    if cell in {"asg", "anon"}:
        return "open" if reader.duty else "hidden"
    raise ValueError(f"{cell} of {route} has no meaning yet: give it one here")
