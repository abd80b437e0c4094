from datetime import datetime

from vigie.core.keeping import RETENTION, Rule
from vigie.media.queries import orphans


def _remove(at: datetime) -> int:
    found = orphans(at)
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


RETENTION.register(
    "media.orphans",
    Rule(
        what="images that no page shows any more",
        why="nothing in the database names them",
        kept="1 day",
        due=lambda at: len(orphans(at)),
        remove=_remove,
    ),
)
