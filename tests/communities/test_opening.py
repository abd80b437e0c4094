"""From a name to open doors: who may, what each step keeps, what the doors wait for."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django_scopes import scope

from tests import cast as people
from tests.cast import Cast
from tests.communities.opening import AIM, CHARTER, CONTACT, answered, founded
from tests.communities.test_actions import since
from vigie.communities import facts
from vigie.communities.access import Actor, Role
from vigie.communities.actions import charters, found_community, grant_membership, open_community
from vigie.communities.actions import opening as act
from vigie.communities.models import CharterVersion, Community, Membership, Objective, Preparation, SizeReason, Teammate
from vigie.communities.queries import actor_for, arrive, communities_of
from vigie.communities.rules import ObjectiveKind, Step
from vigie.core import clock
from vigie.core.errors import Denied, NotVisible, Refused
from vigie.facts.models import Entry

pytestmark = pytest.mark.both
PEOPLE = ("alice", "sophie", "oscar")


def told() -> int:
    return Entry.objects.count()


def browser(who: Actor | people.Person) -> Client:
    client = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE="en")
    people.sign_in(client, who.membership.person if isinstance(who, Actor) else who)  # type: ignore[union-attr]
    return client


# Before the doors open --------------------------------------------------------------------------------------------


def test_before_it_opens_a_community_exists_for_its_team_alone(cast: Cast):
    phare = founded()
    member = grant_membership(phare.community, cast.alice.person, pseudonym="Algue", role=Role.MEMBER)
    assert arrive("phare", phare.membership.person).role is Role.MANAGER  # type: ignore[union-attr]
    assert arrive("phare", cast.peter).is_administrator
    for person in (None, cast.victor, cast.alice.person, cast.mona.person):
        with pytest.raises(NotVisible):
            arrive("phare", person)
    assert actor_for(phare.community, cast.alice.person).membership is None
    assert [one.community.slug for one in communities_of(cast.alice.person)] == ["mariette"]
    open_community(answered(phare))
    assert arrive("phare", cast.alice.person).membership == member
    assert arrive("phare", None).role is None


def test_its_pages_are_those_of_nowhere(cast: Cast):
    founded()
    for path in ("about/", "theme.css", "", "manage/opening/"):
        assert cast.client("alice").get(f"/c/phare/{path}").status_code == 404
        assert cast.client("peter").get(f"/c/phare/{path}").status_code == (404 if path == "" else 200)


# Who founds -------------------------------------------------------------------------------------------------------


def test_an_administrator_founds_a_community_and_goes_on_preparing_it(cast: Cast):
    client, before = cast.client("peter"), told()
    assert 'href="/communities/new/"' in client.get("/").content.decode()
    form = {
        "name": "Le Phare",
        "slug": "phare",
        "brand": "Phare",
        "kind": "public_service",
        "wording": "users",
        "language": "fr",
        "time_zone": "Europe/Paris",
    }
    assert client.post("/communities/new/", form)["Location"] == "/c/phare/manage/opening/objectives/"
    community = Community.objects.get(slug="phare")
    assert (community.kind, community.wording, community.opened_at) == ("public_service", "users", None)
    assert since(before) == [facts.CommunityFounded(community=community.id)]
    assert 'href="/c/phare/manage/opening/"' in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"slug": "mariette"}, "Another community has this address."),
        ({"slug": "Le Phare"}, "Small letters without accents"),
        ({"name": ""}, "This field is required."),
    ],
)
def test_a_name_that_cannot_be_is_said_and_what_was_typed_is_kept(cast: Cast, wrong: dict, sentence: str):
    form = {"name": "Le Phare", "slug": "phare", "brand": "Phare & fils", "kind": "brand", "wording": "users"}
    answer = cast.client("peter").post("/communities/new/", {**form, **wrong})
    page = answer.content.decode()
    assert (answer.status_code, sentence in page, "Phare &amp; fils" in page) == (422, True, True)
    assert not Community.objects.filter(brand="Phare & fils").exists()


def test_an_administrator_shows_a_second_factor_first(cast: Cast):
    client = cast.client("peter", second_factor=False)
    for path in ("/communities/new/", "/c/mariette/manage/opening/"):
        assert client.get(path)["Location"] == f"/account/second-factor/?next={path}"


def test_nobody_else_founds_one(cast: Cast):
    with pytest.raises(NotVisible):
        found_community(slug="phare", name="Le Phare", brand="Phare", founder=cast.mona.person)


@pytest.mark.parametrize("slug", ["Phare", "-phare", "le phare", "phare/", "", "é", "x" * 41, "mariette"])
def test_an_address_that_cannot_be_is_refused_and_nothing_is_kept(cast: Cast, slug: str):
    before = told()
    with pytest.raises(ValidationError):
        found_community(slug=slug, name="Le Phare", brand="Phare")
    assert (Community.objects.count(), since(before)) == (2, [])


# The six steps ----------------------------------------------------------------------------------------------------


def test_every_step_is_kept_and_found_again(db):
    actor, before = founded(), told()
    client = browser(actor)
    where = "/c/phare/manage/opening/"

    def answer(step: str, **form: object) -> str:
        sent = client.post(f"{where}{step}/", form)
        assert sent.status_code == 302, sent.content.decode()
        return sent["Location"]

    same = {"language": "fr", "time_zone": "Europe/Paris", "kind": "brand", "wording": "customers"}
    assert answer("name", name="Le Grand Phare", brand="Phare", **same) == f"{where}objectives/"
    aims = {"create-on": "on", "create-indicator": "Ideas done", "create-target": 12, "create-due": "2027-05-14"}
    assert answer("objectives", **aims) == f"{where}charter/"
    assert answer("charter", **CHARTER, **CONTACT) == f"{where}size/"
    assert answer("size", target=200, cap=300, regular=62, ramp_up="25, 50") == f"{where}term/"
    term = {"starts_on": "2027-01-01", "ends_on": "2027-12-31", "renews_on": "2027-10-01"}
    assert answer("term", **term) == f"{where}team/"
    team = {"0-email": "anna@example.org", "0-role": "moderator", "0-title": "animator", "1-email": ""}
    assert answer("team", **team) == where

    page = client.get(where).content.decode().replace("\xa0", " ")
    for words in ("Le Grand Phare", "Ideas done", "14 May 2027", "25 → 50", "31 December 2027", "anna@example.org"):
        assert words in page
    assert "Ready to open" in page
    with scope(community=actor.community):
        kept = Preparation.objects.get()
        wanted = [(one.email, one.role, one.title) for one in Teammate.objects.all()]
    assert kept.kept == [step.value for step in Step]
    assert (kept.target, kept.regular, kept.ramp_up, kept.renews_on) == (200, 62, "25, 50", date(2027, 10, 1))
    assert wanted == [("anna@example.org", "moderator", "animator")]
    assert [one.step for one in since(before) if isinstance(one, facts.SettingsKept)] == [step.value for step in Step]
    for step in Step:
        assert client.get(f"{where}{step.value}/").status_code == 200


def test_the_manager_comes_back_to_the_opening(db):
    actor = founded()
    assert browser(actor).get("/")["Location"] == "/c/phare/manage/opening/"
    open_community(answered(actor))
    assert browser(actor).get("/")["Location"] == "/c/phare/"


REFUSED = {
    "no objective": ("objectives", {}, "Choose at least one objective."),
    "no date": (
        "objectives",
        {"help-on": "on", "help-indicator": "Répondues & closes", "help-target": "5"},
        "A date is missing. Twelve months are often enough.",
    ),
    "no figure": ("objectives", {"help-on": "on", "help-indicator": "x", "help-due": "2027-01-01"}, "A figure is"),
    "too many wanted": ("size", {"target": 500, "cap": 400, "regular": 62}, "The target is above the cap."),
    "nobody says why": ("size", {"target": 500, "cap": 600, "regular": 62}, "Above 400 members, say why"),
    "stages in words": ("size", {"target": 50, "cap": 60, "regular": 62, "ramp_up": "ten"}, "Whole numbers with"),
    "stages that fall": ("size", {"target": 50, "cap": 60, "regular": 62, "ramp_up": "50, 25"}, "Each stage must be"),
    "a term that ends before": (
        "term",
        {"starts_on": "2027-12-31", "ends_on": "2027-01-01", "renews_on": "2027-06-01"},
        "Whether to go on is decided after the start, and by the end.",
    ),
    "no address": ("team", {"0-email": "nobody", "0-role": "observer"}, "Enter a valid email address."),
    "twice": (
        "team",
        {"0-email": "a@b.org", "0-role": "observer", "1-email": "A@b.org", "1-role": "moderator"},
        "Somebody is named twice.",
    ),
    "a role that is not theirs to give": ("team", {"0-email": "a@b.org", "0-role": "manager"}, "Select a valid choice"),
    "no name": ("name", {"name": "", "brand": "Phare"}, "This field is required."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(db, case: str):
    actor = founded()
    step, form, sentence = REFUSED[case]
    before = told()
    answer = browser(actor).post(f"/c/phare/manage/opening/{step}/", form)
    page = answer.content.decode()
    assert (answer.status_code, sentence in page) == (422, True)
    for typed in form.values():
        assert typed == "on" or str(typed).replace("&", "&amp;") in page
    assert since(before) == []


def test_a_larger_community_says_why_and_the_history_holds_its_number(db):
    actor, before = founded(), told()
    act.set_size(actor, target=450, cap=500, regular=60, reason=" Two regions. ")
    act.set_size(actor, target=480, cap=500, regular=60, reason="Two regions.")
    with scope(community=actor.community):
        given = SizeReason.objects.get()
    assert (given.cap, given.reason, given.given_by) == (500, "Two regions.", actor.membership)
    told_sizes = [(one.target, one.cap, one.reason) for one in since(before) if isinstance(one, facts.SizeKept)]
    assert told_sizes == [(450, 500, given.id), (480, 500, given.id)]
    assert "Two regions." in browser(actor).get("/c/phare/manage/opening/").content.decode()
    act.set_size(actor, target=80, cap=100, regular=60)
    assert [one.reason for one in since(before) if isinstance(one, facts.SizeKept)][-1] is None


def test_objectives_are_those_of_the_last_answer(db):
    actor = founded()
    act.set_objectives(actor, [AIM, act.Aim(ObjectiveKind.HELP, "Answered", 5, date(2027, 6, 1), 1)])
    act.set_objectives(actor, [act.Aim(ObjectiveKind.CREATE, "Ideas done", 20, date(2027, 7, 1), 2)])
    with scope(community=actor.community):
        kept = [(one.kind, one.indicator, one.baseline, one.target, one.due) for one in Objective.objects.all()]
    assert kept == [("create", "Ideas done", 2, 20, date(2027, 7, 1))]


def test_a_manager_takes_nobody_off_whom_the_platform_wanted(cast: Cast):
    phare = founded()
    peter = Actor(phare.community, None, is_administrator=True)
    act.name_team(peter, [act.Wanted("boss@example.org", Role.MANAGER), act.Wanted("a@example.org", Role.OBSERVER)])
    page = browser(phare).get("/c/phare/manage/opening/team/").content.decode()
    assert "boss@example.org is wanted as manager." in page
    act.name_team(phare, [act.Wanted("b@example.org", Role.MODERATOR, "animator")])
    for team in ([act.Wanted("Boss@example.org", Role.OBSERVER)], [act.Wanted("c@example.org", Role.MANAGER)]):
        with pytest.raises(Refused):
            act.name_team(phare, team)
    with scope(community=phare.community):
        assert sorted(Teammate.objects.values_list("email", "role")) == [
            ("b@example.org", "moderator"),
            ("boss@example.org", "manager"),
        ]


@pytest.mark.parametrize("name", PEOPLE)
def test_nobody_but_the_manager_answers(cast: Cast, name: str):
    actor, before = cast.actor(name), told()
    for write in (
        lambda: act.set_objectives(actor, [AIM]),
        lambda: act.describe(actor, name="Mine"),
        lambda: act.name_team(actor, []),
        lambda: open_community(actor),
        lambda: charters.publish_charter(actor),
    ):
        with pytest.raises(Denied):
            write()
    assert since(before) == []


def test_a_step_that_does_not_exist_is_nowhere(cast: Cast):
    assert cast.client("mona").get("/c/mariette/manage/opening/nothing/").status_code == 404


# The doors --------------------------------------------------------------------------------------------------------


def test_the_doors_stay_closed_while_something_is_missing(db):
    actor, before = founded(), told()
    answer = browser(actor).post("/c/phare/manage/opening/open")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The doors cannot open yet: something is missing." in page
    assert "5 things are left" in page
    told_what = page.split('class="stack-s" role="status"')[1].split("</div>")[0]
    for words in ("An objective, with a figure and a date (step 2)", "Who pays (step 3)", "A contact address (step 3)"):
        assert words in told_what
    assert (Community.objects.get(slug="phare").opened_at, since(before)) == (None, [])


def test_the_doors_open_once_and_publish_the_charter(db):
    actor = answered(founded())
    before, client = told(), browser(actor)
    assert client.post("/c/phare/manage/opening/open")["Location"] == "/c/phare/manage/opening/"
    opened = Community.objects.get(slug="phare")
    assert opened.opened_at is not None
    assert clock.now() - opened.opened_at < timedelta(minutes=1)
    who = {"community": opened.id, "actor": actor.membership.id}  # type: ignore[union-attr]
    assert since(before) == [facts.CharterPublished(**who, number=1), facts.CommunityOpened(**who)]
    assert client.post("/c/phare/manage/opening/open").status_code == 422
    with scope(community=opened):
        assert [(one.number, one.sponsor) for one in CharterVersion.objects.all()] == [(1, "Phare, retail company")]
    assert opened.charter_number == 1
    assert "Version 1" in client.get("/c/phare/manage/opening/").content.decode()


def test_what_is_kept_after_the_opening_leads_back_to_the_whole(db):
    actor = answered(founded())
    open_community(actor)
    form = {"starts_on": "2027-01-01", "ends_on": "2027-12-31", "renews_on": "2027-10-01"}
    assert browser(actor).post("/c/phare/manage/opening/term/", form)["Location"] == "/c/phare/manage/opening/"


def test_a_member_of_the_team_is_no_member(db):
    actor = answered(founded())
    open_community(actor)
    grant_membership(actor.community, people.person("mia"), pseudonym="Mimosa", role=Role.MEMBER)
    assert "1 seat of 400 is taken" in browser(actor).get("/c/phare/manage/opening/").content.decode()
    with scope(community=actor.community):
        assert Membership.objects.count() == 2
