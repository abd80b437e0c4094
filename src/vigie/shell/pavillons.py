"""Signal flags: deterministic avatars drawn from a random seed.

One light and one dark cloth each time, so that the pattern reads without colour. The colours are CSS classes, so
one drawing serves both themes.
"""

import hashlib
from collections.abc import Set
from functools import lru_cache

#: cloth, pattern, field, figure, charge, third colour
Flag = tuple[str, str, str, str, str, str]

LIGHT = ("fw", "fy", "fs", "fp")  # white, yellow, sky, pink
DARK = ("fk", "fr", "fb", "fg")  # ink, red, blue, green

CLOTHS = {
    "carre": "M0 1C12-3 24 5 36 1V27C24 31 12 23 0 27Z",
    "guidon": "M0 1C12-3 24 5 36 1L29 14L36 27C24 31 12 23 0 27Z",
    "flamme": "M0 1C12-2 24 6 36 7.5V20.5C24 22 12 24 0 27Z",
}

PATTERNS = {
    "disque": '<circle class="{b}" cx="16" cy="14" r="7.5"/>',
    "pal": '<path class="{b}" d="M18-4H40V34H18Z"/>',
    "fasce": '<path class="{b}" d="M-2 14H40V34H-2Z"/>',
    "quartiers": '<path class="{b}" d="M-2-4H17V14H-2ZM17 14H40V34H17Z"/>',
    "sautoir": '<path class="{b}" d="M-3-1L2-5L40 29L35 33ZM35-5L40-1L2 33L-3 29Z"/>',
    "croix": '<path class="{b}" d="M10-4H17V34H10ZM-2 10.5H40V17.5H-2Z"/>',
    "bordure": '<path class="{b}" d="M6 6.5H29V21.5H6Z"/>',
    "losange": '<path class="{b}" d="M16 1L28 14L16 27L4 14Z"/>',
    "bande": '<path class="{b}" d="M-2-4L40 32V34H-2Z"/>',
    "raies": '<path class="{b}" d="M-2-4H40V5H-2ZM-2 11H40V17H-2ZM-2 23H40V34H-2Z"/>',
    "pals": '<path class="{b}" d="M7-4H14V34H7ZM21-4H28V34H21Z"/>',
    "damier": (
        '<path class="{b}" d="M-2-4H9V9H-2ZM18-4H27V9H18ZM9 9H18V19H9ZM27 9H40V19H27ZM-2 19H9V34H-2ZM18 19H27V34H18Z"/>'
    ),
    "pointe": '<path class="{b}" d="M-2-4L22 14L-2 32Z"/>',
    "vague": '<path class="{b}" d="M-2 14C4 9 9 9 14 14S25 19 30 14 37 10 40 12V34H-2Z"/>',
    "soleil": '<path class="{b}" d="M5 21A11 11 0 0 1 27 21V34H5Z"/>',
    "anneau": (
        '<path class="{b}" fill-rule="evenodd" d="M16 4.5A9.5 9.5 0 1 1 16 23.5A9.5 9.5 0 1 1 16 4.5Z'
        'M16 9.5A4.5 4.5 0 1 0 16 18.5A4.5 4.5 0 1 0 16 9.5Z"/>'
    ),
}

# The small charge, third colour, near the hoist. Half of the flags have none.
CHARGES = {
    "": "",
    "point": '<circle class="{c}" cx="6" cy="7" r="3"/>',
    "guirlande": '<path class="{c}" d="M2 3H5V25H2Z"/>',
    "etoile": '<path class="{c}" d="M6.5 3L7.7 6L10.8 6.2L8.4 8.2L9.2 11.3L6.5 9.6L3.8 11.3L4.6 8.2L2.2 6.2L5.3 6Z"/>',
}

OPEN_CANTON = {"pal", "fasce", "croix", "vague"}
CROWDED = {"raies", "damier", "pals", "quartiers", "pointe", "sautoir", "bande"}

#: What would read as a nation's flag, or as a distress signal.
REFUSED = frozenset(
    (pattern, frozenset(pair))
    for pattern, pairs in {
        "croix": (("fw", "fb"), ("fw", "fr"), ("fy", "fb"), ("fy", "fr")),
        "disque": (("fw", "fr"),),
        "fasce": (("fw", "fr"), ("fy", "fb")),
        "sautoir": (("fw", "fb"), ("fw", "fr")),
        "damier": (("fw", "fb"),),
        "raies": (("fw", "fr"), ("fw", "fb")),
        "pals": (("fw", "fr"), ("fy", "fr")),
    }.items()
    for pair in pairs
)

_CLOTHS, _PATTERNS = tuple(CLOTHS), tuple(PATTERNS)


def recipe(seed: str, taken: Set[tuple[str, ...]] = frozenset()) -> Flag:
    """The flag of a seed. `taken` holds the first four parts of the flags already flown beside it.

    Two flags are alike only when nearly all of the 1,452 are taken.
    """
    flag: Flag | None = None
    for attempt in range(256):
        digest = hashlib.sha256(f"{seed}/{attempt}".encode()).digest()
        cloth = _CLOTHS[(0, 0, 1, 2)[digest[0] % 4]]
        pattern = _PATTERNS[digest[1] % len(_PATTERNS)]
        field, figure = LIGHT[digest[2] % 4], DARK[digest[3] % 4]
        if digest[4] % 2:
            field, figure = figure, field
        charge = ("", "", "", "point", "guirlande", "etoile")[digest[5] % 6]
        if (pattern not in OPEN_CANTON and charge != "guirlande") or pattern in CROWDED:
            charge = ""
        clear = LIGHT if field in DARK else DARK  # a charge must stand out on its field
        spare = [one for one in clear if one != figure]
        third = spare[digest[6] % len(spare)] if charge else ""
        if (pattern, frozenset((field, figure))) in REFUSED:
            continue
        flag = (cloth, pattern, field, figure, charge, third)
        if flag[:4] not in taken:
            return flag
    assert flag is not None  # one combination in ten is refused
    return flag


@lru_cache(maxsize=2048)
def draw(flag: Flag) -> str:
    """Inner SVG of a flag, for a `viewBox` of 36 by 29. The page holds the clip paths of the cloths once."""
    cloth, pattern, field, figure, charge, third = flag
    return (
        f'<g clip-path="url(#cloth-{cloth})">'
        f'<path class="{field}" d="M-2-4H40V34H-2Z"/>'
        + PATTERNS[pattern].format(b=figure)
        + CHARGES[charge].format(c=third)
        + '<path class="f-fold" d="M9-4C13 8 7 20 10 34H15C12 20 18 8 14-4Z"/>'
        '<path class="f-shine" d="M24-4C27 8 22 20 25 34H29C26 20 31 8 28-4Z"/></g>'
        f'<path class="f-edge" d="{CLOTHS[cloth]}"/>'
    )
