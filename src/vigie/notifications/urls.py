from django.urls import path

from vigie.notifications import views

urlpatterns = [
    path("mail/stop/", views.unsubscribe, name="unsubscribe"),
    path("c/<slug:slug>/live/<str:code>/session.ics", views.session_calendar, name="session-calendar"),
    path("c/<slug:slug>/manage/mail/", views.unreachable_page, name="unreachable"),
    path("c/<slug:slug>/manage/mail/<str:member>/again", views.write_again, name="write-again"),
]
