from django.urls import path

from vigie.live.views import plan, room, sessions, transcript

app_name = "live"
PLAN = "manage/live/<str:code>/"

urlpatterns = [
    path("", sessions.home_page, name="home"),
    path("live/<str:code>/", room.session_page, name="session"),
    path("live/<str:code>/say", room.say, name="say"),
    path("live/<str:code>/react", room.react, name="react"),
    path("live/<str:code>/remove", room.remove_seat, name="remove"),
    path("live/<str:code>/admit", room.admit_seats, name="admit"),
    path("live/<str:code>/open", room.open_room, name="open"),
    path("live/<str:code>/close", room.close_room, name="close"),
    path("live/<str:code>/launch", room.launch_item, name="launch"),
    path("live/<str:code>/transcript/", transcript.transcript_page, name="transcript"),
    path("live/<str:code>/transcript/export", transcript.export_transcript, name="transcript-export"),
    path("live/<str:code>/transcript/files/<str:file>", transcript.transcript_file, name="transcript-file"),
    path("manage/live/", sessions.sessions_page, name="sessions"),
    path("manage/live/new", plan.new_plan_page, name="plan-new"),
    path(PLAN, plan.plan_page, name="plan"),
    path(f"{PLAN}change", plan.change_plan, name="plan-change"),
    path(f"{PLAN}seats/give", plan.give_seats, name="seats-give"),
    path(f"{PLAN}seats/<str:seat>/take-back", plan.take_seat_back, name="seat-take-back"),
    path(f"{PLAN}duties/assign", plan.assign_duty, name="duty-assign"),
    path(f"{PLAN}duties/<str:assignment>/withdraw", plan.withdraw_duty, name="duty-withdraw"),
    path(f"{PLAN}guide/add", plan.add_guide_item, name="item-add"),
    path(f"{PLAN}guide/<str:item>/edit", plan.edit_guide_item, name="item-edit"),
    path(f"{PLAN}guide/<str:item>/move", plan.move_guide_item, name="item-move"),
    path(f"{PLAN}guide/<str:item>/remove", plan.remove_guide_item, name="item-remove"),
]
