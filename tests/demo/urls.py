"""The product's addresses, as they are in demo mode."""

from django.urls import include, path

from vigie.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]
urlpatterns = [*urlpatterns, path("demo/", include("vigie.demo.urls", namespace="demo"))]
