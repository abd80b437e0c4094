"""What upper apps add to the page where a community gets its looks."""

from vigie.core.registry import Registry

#: Templates, drawn with the page's own context.
CARDS: Registry[str] = Registry()
