from django.urls import path

from vigie.media import views

urlpatterns = [
    path("c/<slug:slug>/logo/<str:image>.png", views.logo, name="community-logo"),
    path("c/<slug:slug>/manage/theme/logo", views.keep_logo, name="logo-keep"),
    path("c/<slug:slug>/manage/theme/logo/remove", views.remove_logo, name="logo-remove"),
]
