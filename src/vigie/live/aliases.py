"""Names for one session: plants, birds and stones, drawn at random, that say nothing of the person."""

import secrets
from collections.abc import Collection

NAMES: dict[str, tuple[str, ...]] = {
    "fr": (
        "Agate", "Alouette", "Ambre", "Ancolie", "Ardoise", "Basalte", "Belladone", "Bergeronnette", "Bleuet",
        "Bouleau", "Bruyère", "Calcite", "Campanule", "Capucine", "Cardamine", "Chardonneret", "Clématite",
        "Cornaline", "Courlis", "Craie", "Églantine", "Érable", "Fauvette", "Fougère", "Genêt", "Gentiane", "Geai",
        "Granit", "Grenat", "Grive", "Hellébore", "Hirondelle", "Iris", "Jade", "Jonquille", "Lavande", "Loriot",
        "Lotus", "Martinet", "Mélèze", "Mésange", "Mica", "Mimosa", "Myosotis", "Nacre", "Obsidienne", "Onyx",
        "Opale", "Ortie", "Pensée", "Pervenche", "Pivoine", "Quartz", "Roitelet", "Roseau", "Safran", "Sauge",
        "Silex", "Sittelle", "Sorbier", "Tilleul", "Topaze", "Troène", "Verveine",
    ),
    "en": (
        "Agate", "Alder", "Amber", "Aspen", "Avocet", "Basalt", "Birch", "Bluebell", "Bracken", "Bunting", "Campion",
        "Cedar", "Chalk", "Clover", "Columbine", "Coral", "Cornflower", "Cowslip", "Curlew", "Dipper", "Dogwood",
        "Elder", "Fern", "Finch", "Flint", "Foxglove", "Garnet", "Gorse", "Granite", "Harebell", "Hazel", "Heather",
        "Heron", "Honeysuckle", "Jade", "Jasper", "Juniper", "Kestrel", "Lapwing", "Larch", "Larkspur", "Linnet",
        "Marble", "Marigold", "Nuthatch", "Onyx", "Opal", "Osprey", "Pebble", "Plover", "Primrose", "Quartz", "Rowan",
        "Saffron", "Sandstone", "Siskin", "Skylark", "Slate", "Sorrel", "Swallow", "Tansy", "Teal", "Thistle",
        "Topaz", "Willow", "Yarrow",
    ),
}  # fmt: skip


def draw_alias(language: str, *, pseudonym: str, used: Collection[str], pseudonyms: Collection[str] = ()) -> str:
    """A name that is neither used here nor hidden in the person's own pseudonym.

    Names that are pseudonyms of others in the community are left aside while there is a choice: a reader would take
    one person for another. When all names are used, they come again with a number.
    """
    own = pseudonym.casefold()
    taken = {name.casefold() for name in used}
    others = {name.casefold() for name in pseudonyms}
    names = [name for name in NAMES.get(language, NAMES["en"]) if name.casefold() not in own]
    turn = 1
    while True:
        numbered = [name if turn == 1 else f"{name} {turn}" for name in names]
        free = [name for name in numbered if name.casefold() not in taken and name.casefold() != own]
        if free:
            return secrets.choice([name for name in free if name.casefold() not in others] or free)
        turn += 1
