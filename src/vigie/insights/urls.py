from django.urls import path

from vigie.insights import views

urlpatterns = [
    path("operators/", views.operators_page, name="operators"),
    path("operators/again", views.try_again, name="operators-again"),
    path("operators/discard", views.discard, name="operators-discard"),
    path("operators/test-mail", views.test_mail, name="operators-test-mail"),
]
