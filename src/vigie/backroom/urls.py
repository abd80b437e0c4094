from django.urls import path

from vigie.backroom import views

app_name = "back"
urlpatterns = [
    path("<str:code>/", views.back_page, name="page"),
    path("<str:code>/post", views.post_remark, name="post"),
]
