from django.urls import path

from vigie.communities.views import opening, public, theme

OPENING = "c/<slug:slug>/manage/opening/"

urlpatterns = [
    path("", public.home, name="home"),
    path("communities/new/", opening.new_community_page, name="community-new"),
    path("c/<slug:slug>/about/", public.about, name="community-about"),
    path("c/<slug:slug>/transparency/", public.transparency, name="community-transparency"),
    path("c/<slug:slug>/charter/", public.charter_page, name="community-charter"),
    path("c/<slug:slug>/charter/accept", public.accept_charter, name="charter-accept"),
    path("c/<slug:slug>/theme.css", public.theme, name="community-theme"),
    path("c/<slug:slug>/manage/theme/", theme.theme_page, name="theme"),
    path("c/<slug:slug>/manage/theme/preview.css", theme.preview, name="theme-preview"),
    path(OPENING, opening.opening_page, name="opening"),
    path(f"{OPENING}open", opening.open_doors, name="opening-open"),
    path(f"{OPENING}publish", opening.publish_charter, name="charter-publish"),
    path(f"{OPENING}<str:step>/", opening.step_page, name="opening-step"),
]
