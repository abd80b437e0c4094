"""What a machine asks: is it there, is it well, how much. Without cookies, without names."""

import hmac
import ipaddress

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from vigie.communities.access import Can, right
from vigie.core.errors import NotVisible
from vigie.operation import health

#: Written by reverse proxies: a request that carries one was not made on this machine.
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


@right(Can.PUBLIC)
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """This process answers. Asks nothing of the database: restarting Vigie mends no database."""
    return HttpResponse("ok\n", content_type="text/plain")


@right(Can.PUBLIC)
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Members may come: 200, or 503 with what is not well."""
    told = health.readiness()
    status = 200 if all(told.values()) else 503
    return JsonResponse({name: "ok" if well else "failing" for name, well in told.items()}, status=status)


@right(Can.PUBLIC)
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For who holds the token, or asks on this very machine; for all others there is no such page."""
    if not _may_read(request):
        raise NotVisible(request.path)
    return HttpResponse(health.metrics(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    if any(name in request.META for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
