"""The product's addresses in demo mode, and one page that breaks."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from vigie.core.rights import PUBLIC, declare
from vigie.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]


@declare(PUBLIC)
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("this page breaks on purpose")


urlpatterns = [
    *urlpatterns,
    path("broken/", broken),
    path("demo/", include("vigie.demo.urls", namespace="demo")),
]
