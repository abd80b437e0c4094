from django.urls import path

from vigie.shell import views

urlpatterns = [
    path("style/", views.style_guide_page, name="style-guide"),
    path("offline/", views.offline_page, name="offline"),
]
