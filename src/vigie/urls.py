"""Every page of the product. One of the few places that know every app."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("vigie.accounts.urls")),
    path("", include("vigie.communities.urls")),
    path("", include("vigie.media.urls")),
    path("", include("vigie.panel.urls")),
    path("", include("vigie.notifications.urls")),
    path("", include("vigie.shell.urls")),
    path("", include("vigie.operation.urls")),
    path("", include("vigie.insights.urls")),
    path("c/<slug:slug>/", include("vigie.live.urls", namespace="live")),
    path("c/<slug:slug>/back/", include("vigie.backroom.urls", namespace="back")),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("vigie.demo.urls", namespace="demo"))]

handler400 = "vigie.shell.errors.bad_request"
handler403 = "vigie.shell.errors.forbidden"
handler404 = "vigie.shell.errors.not_found"
handler500 = "vigie.shell.errors.server_error"
