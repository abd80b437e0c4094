from django.urls import path

from vigie.communities.views import desk, history, joining, opening, people, public, theme

OPENING = "c/<slug:slug>/manage/opening/"

PEOPLE = "c/<slug:slug>/manage/people/"

urlpatterns = [
    path("", public.home, name="home"),
    path("communities/new/", opening.new_community_page, name="community-new"),
    path("join/", joining.join_page, name="join"),
    path("join/code/", joining.ask_code, name="join-code"),
    path("join/waiting/", joining.waiting_page, name="join-waiting"),
    path("join/<str:key>/", joining.take_key, name="join-key"),
    path("c/<slug:slug>/leave/", joining.leave_page, name="leave"),
    path("c/<slug:slug>/my-consents/", joining.my_consents, name="my-consents"),
    path("c/<slug:slug>/about/", public.about, name="community-about"),
    path("c/<slug:slug>/transparency/", public.transparency, name="community-transparency"),
    path("c/<slug:slug>/charter/", public.charter_page, name="community-charter"),
    path("c/<slug:slug>/charter/accept", public.accept_charter, name="charter-accept"),
    path("c/<slug:slug>/theme.css", public.theme, name="community-theme"),
    path("c/<slug:slug>/manage/", desk.desk_page, name="desk"),
    path("c/<slug:slug>/manage/history/", history.history_page, name="history"),
    path("c/<slug:slug>/manage/theme/", theme.theme_page, name="theme"),
    path("c/<slug:slug>/manage/theme/preview.css", theme.preview, name="theme-preview"),
    path(PEOPLE, people.people_page, name="people"),
    path(f"{PEOPLE}invitations/", people.invitations_page, name="invitations"),
    path(f"{PEOPLE}invitations/<str:invitation>/again", people.send_again, name="invitation-again"),
    path(f"{PEOPLE}invitations/<str:invitation>/revoke", people.revoke, name="invitation-revoke"),
    path(f"{PEOPLE}<str:who>/", people.member_page, name="member"),
    path(f"{PEOPLE}<str:who>/role", people.assign_role, name="member-role"),
    path(f"{PEOPLE}<str:who>/status", people.set_status, name="member-status"),
    path(f"{PEOPLE}<str:who>/pseudonym", people.rename, name="member-pseudonym"),
    path(OPENING, opening.opening_page, name="opening"),
    path(f"{OPENING}open", opening.open_doors, name="opening-open"),
    path(f"{OPENING}team/invite", people.invite_team, name="opening-invite-team"),
    path(f"{OPENING}publish", opening.publish_charter, name="charter-publish"),
    path(f"{OPENING}<str:step>/", opening.step_page, name="opening-step"),
]
