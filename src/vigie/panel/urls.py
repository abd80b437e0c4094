from django.urls import path

from vigie.panel import views

urlpatterns = [
    path("account/identity-reads/", views.identity_reads, name="identity-reads"),
    path("c/<slug:slug>/manage/people/<str:who>/identity/", views.identity_page, name="identity"),
]
