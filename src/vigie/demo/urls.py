from django.urls import path

from vigie.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.door, name="door"),
    path("enter/<slug:role>/", views.enter, name="enter"),
    path("outbox/", views.outbox, name="outbox"),
]
