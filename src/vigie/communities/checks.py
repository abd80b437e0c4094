"""Start-up fails on a route without a declared right: nothing is open by forgetting."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from vigie.communities.access import Can


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, path)
        else:
            yield path, pattern


@register()
def every_route_declares_a_right(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(f"/{path} declares no right", hint="Put @right(Can.…) on its view.", id="vigie.E001")
        for path, pattern in routes()
        if getattr(pattern.callback, "right_name", None) not in {one.value for one in Can}
    ]
