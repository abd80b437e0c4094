"""Inviting: who may, what becomes of each line, and what an invitation can no longer do once it is over."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django_scopes import scope
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests import cast as people
from tests.cast import Cast
from tests.communities.invited import came_in, invited, mailed, membership_of, opens
from tests.communities.opening import answered, founded
from tests.rights.stage import undone
from vigie.communities import tasks
from vigie.communities.access import Role
from vigie.communities.actions import invitations, joining, opening
from vigie.communities.models import Community, Invitation, Membership
from vigie.communities.queries.people import invitation_of_key, state_of
from vigie.communities.rules import InvitationState
from vigie.core import clock
from vigie.core.errors import Denied, NotVisible, Refused
from vigie.core.keeping import RETENTION

PAGE = "/c/mariette/manage/people/invitations/"


def sent(cast: Cast) -> dict[str, str]:
    with scope(community=cast.mariette):
        return {one.email: state_of(one).value for one in Invitation.objects.order_by("id")}


def age(cast: Cast, days: int) -> None:
    """Time passes."""
    with scope(community=cast.mariette):
        for one in Invitation.objects.all():
            Invitation.objects.filter(id=one.id).update(expires_at=one.expires_at - timedelta(days=days))


def test_a_manager_invites_several_people_at_once(cast: Cast):
    mona = cast.client("mona")
    typed = "ana@example.net, Ben <Ben@example.net>\nnot an address\nana@example.net\nalice@example.org"
    answer = mona.post(PAGE, {"addresses": typed, "role": "member", "language": "fr"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sent(cast) == {"ana@example.net": "queued", "ben@example.net": "queued"}
    assert "2 invitations are on their way." in page
    # What could not leave stays in the box, each line with its reason.
    assert "not an address\nana@example.net\nalice@example.org</textarea>" in page
    for reason in ("This is not an e-mail address.", "It is already above.", "Somebody of this community has this"):
        assert reason in page


def test_when_all_left_the_box_is_empty(cast: Cast):
    mona = cast.client("mona")
    assert mona.post(PAGE, {"addresses": "a@x.fr", "role": "observer", "language": "fr"})["Location"] == PAGE
    assert "a@x.fr" in mona.get(PAGE).content.decode()


def test_nothing_typed_is_a_sentence(cast: Cast):
    answer = cast.client("mona").post(PAGE, {"addresses": " ", "role": "member", "language": "fr"})
    assert (answer.status_code, "Type an address, or several." in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.CANDIDATE])
def test_a_manager_gives_no_role_above_their_own_reach(cast: Cast, role: Role):
    with pytest.raises(Refused, match="not_yours_to_give"):
        invitations.invite(cast.actor("mona"), "a@x.fr", role=role, language="fr")
    answer = cast.client("mona").post(PAGE, {"addresses": "a@x.fr", "role": role, "language": "fr"})
    assert answer.status_code == 422
    assert sent(cast) == {}


@pytest.mark.parametrize(
    ("name", "no"), [("alice", Denied), ("sophie", Denied), ("oscar", Denied), ("kim", NotVisible)]
)
def test_nobody_else_invites(cast: Cast, name: str, no: type[Exception]):
    with pytest.raises(no):
        invitations.invite(cast.actor(name), "a@x.fr", role=Role.MEMBER, language="fr")


def test_an_invitation_of_one_community_is_not_found_in_another(cast: Cast):
    invited(cast.actor("mona"))
    with scope(community=cast.mariette):
        code = Invitation.objects.get().code
    tina = cast.client("tina")
    for what in ("again", "revoke"):
        assert tina.post(f"/c/tramontane/manage/people/invitations/{code}/{what}").status_code == 404
        assert tina.post(f"/c/mariette/manage/people/invitations/{code}/{what}").status_code == 404
    assert sent(cast) == {"nadia@example.net": "sent"}


def test_the_mail_says_who_invites_and_leads_to_the_invitation(cast: Cast):
    key = invited(cast.actor("mona"), language="fr")
    found = mail.outbox[-1]
    assert found.subject == "Une invitation pour Le Comptoir Mariette"
    assert "Mona-pseudo" in found.body
    assert f"/join/{key}/" in str(found.alternatives[0][0])
    assert not {"Realname", "mona@example.org"} & set(found.body.split())
    tasks.sweep_invitations()
    invitations.mail_invitation(cast.mariette.id, invitation_of_key(invitations.hash_of(key)).id)
    assert len(mail.outbox) == 1  # one mail each, whatever is asked again


def test_the_database_knows_a_hash_of_the_key_alone(cast: Cast):
    key = invited(cast.actor("mona"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM communities_invitation")
        kept = [str(value) for row in cursor.fetchall() for value in row]
    assert not [value for value in kept if key in value]


def test_a_mail_that_a_crash_lost_leaves_with_the_sweep(cast: Cast):
    invitations.invite(cast.actor("mona"), "a@x.fr", role=Role.MEMBER, language="fr")
    with scope(community=cast.mariette):
        Invitation.objects.update(created_at=clock.now() - timedelta(minutes=6))
    tasks.sweep_invitations()
    assert [one.to for one in mail.outbox] == [["a@x.fr"]]


def test_sent_again_the_link_of_before_opens_nothing(cast: Cast):
    mona = cast.actor("mona")
    old = invited(mona)
    with scope(community=cast.mariette):
        code = Invitation.objects.get().code
    assert cast.client("mona").post(f"{PAGE}{code}/again")["Location"] == PAGE
    new = mailed(mona)
    assert old != new
    assert opens(old).get("/join/").status_code == 410
    assert opens(new).get("/join/").status_code == 200
    assert "nadia" in cast.client("mona").get(PAGE).content.decode()


def test_revoked_it_opens_nothing_and_is_not_sent_again(cast: Cast):
    key = invited(cast.actor("mona"))
    with scope(community=cast.mariette):
        code = Invitation.objects.get().code
    mona = cast.client("mona")
    for _ in range(2):
        assert mona.post(f"{PAGE}{code}/revoke")["Location"] == PAGE
    mona.post(f"{PAGE}{code}/again")
    assert sent(cast) == {"nadia@example.net": "revoked"}
    assert opens(key).get("/join/").status_code == 410


def test_after_fourteen_days_it_opens_nothing_and_gives_way_to_another(cast: Cast):
    key = invited(cast.actor("mona"))
    assert invitations.invite(cast.actor("mona"), "nadia@example.net", role=Role.MEMBER, language="fr")[0].code == (
        "already_invited"
    )
    age(cast, 15)
    assert sent(cast) == {"nadia@example.net": "expired"}
    assert opens(key).get("/join/").status_code == 410
    again = invited(cast.actor("mona"))
    assert opens(key).get("/join/").status_code == 410
    assert opens(again).get("/join/").status_code == 200


def test_members_wait_for_the_doors_but_the_team_may_come_before(cast: Cast):
    mona = founded(cast=cast)
    with pytest.raises(Refused, match="not_open"):
        invitations.invite(mona, "a@x.fr", role=Role.MEMBER, language="fr")
    key = invited(mona, role=Role.MODERATOR)
    assert came_in(key, pseudonym="Nadia", participation="").status_code == 302
    assert membership_of(mona).role == "moderator"


def test_the_team_that_the_opening_names_is_invited_when_the_doors_open(cast: Cast):
    mona = answered(founded(cast=cast))
    opening.name_team(mona, [opening.Wanted("sim@example.net", Role.MODERATOR, "Host")])
    browser = cast.client("mona")
    with scope(community=mona.community):
        browser.post("/c/phare/manage/opening/open")
        assert [(one.email, one.role, one.title) for one in Invitation.objects.all()] == [
            ("sim@example.net", "moderator", "Host")
        ]
        # Once more, or a click later: nobody is written to twice.
        browser.post("/c/phare/manage/opening/team/invite")
        assert Invitation.objects.count() == 1
        opening.name_team(
            mona, [opening.Wanted("sim@example.net", Role.MODERATOR), opening.Wanted("obi@x.fr", Role.OBSERVER)]
        )
        browser.post("/c/phare/manage/opening/team/invite")
        assert [one.email for one in Invitation.objects.order_by("id")] == ["sim@example.net", "obi@x.fr"]


# One key, one door ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR])
@pytest.mark.parametrize("place", ["mariette", "tramontane"])
def test_a_key_opens_one_community_in_one_role_for_one_address(cast: Cast, place: str, role: Role):
    manager = cast.actor({"mariette": "mona", "tramontane": "tina"}[place])
    key = invited(manager, role=role)
    answers = {"pseudonym": "Anse grise", "name": "N", "language": "en", "time_zone": "Europe/Paris", "charter": 0}
    agreed = dict.fromkeys(joining.Agreement, True)
    for other in (cast.victor, cast.tara.person if place == "mariette" else cast.alice.person):
        with pytest.raises(Refused, match="over"):
            joining.join(other, key, agreed=agreed, **answers)
    nadia = people.Person.objects.create(email="nadia@example.net")
    # Whatever else the form carries, the invitation alone says where and as what.
    client = opens(key)
    people.sign_in(client, nadia)
    session = client.session
    session["invitation"] = key
    session.save()
    reply = client.post(
        "/join/",
        {
            **{name: str(value) for name, value in answers.items()},
            "participation": "on",
            "role": "manager",
            "community": "1",
            "status": "active",
            "is_platform_administrator": "on",
        },
    )
    assert reply.status_code == 302
    found = membership_of(manager)
    assert (found.community.slug, found.role, found.person.is_platform_administrator) == (place, role.value, False)
    with pytest.raises(Refused, match="over"):
        joining.join(nadia, key, agreed=agreed, **answers)
    with scope(community=cast.tramontane if place == "mariette" else cast.mariette):
        assert not Membership.objects.filter(person=nadia).exists()


@pytest.mark.parametrize("address", ["NADIA@example.net", "nаdia@example.net", "nadia@example.net.evil.example"])
def test_a_look_alike_address_is_another_address(cast: Cast, address: str):
    key = invited(cast.actor("mona"))
    other = people.Person.objects.create(email=address)
    answers = {"pseudonym": "Anse grise", "name": "N", "language": "en", "time_zone": "Europe/Paris", "charter": 0}
    if address.lower() == "nadia@example.net":
        assert joining.join(other, key, agreed=dict.fromkeys(joining.Agreement, True), **answers)
        return
    with pytest.raises(Refused, match="over"):
        joining.join(other, key, agreed=dict.fromkeys(joining.Agreement, True), **answers)


# Whatever happens, in whatever order ------------------------------------------------------------------------------


class Lives(RuleBasedStateMachine):
    """An address invited, invited again, revoked, late, accepted: what is over never opens anything again."""

    @initialize()
    def begin(self) -> None:
        self.undone = undone()
        self.undone.__enter__()
        self.cast = people.make_cast()
        self.mona = self.cast.actor("mona")
        self.keys: dict[str, bool] = {}
        self.nadia = people.Person.objects.create(email="nadia@example.net")
        self.joined = 0

    def teardown(self) -> None:
        self.undone.__exit__(None, None, None)

    def _standing(self) -> list[str]:
        return [key for key, stands in self.keys.items() if stands]

    def _newest(self) -> Invitation:
        with scope(community=self.cast.mariette):
            return Invitation.objects.order_by("-id").first()

    @rule()
    def invite(self) -> None:
        code = invitations.invite(self.mona, "nadia@example.net", role=Role.MEMBER, language="en")[0].code
        assert code == ("already_here" if self.joined else "already_invited" if self._standing() else "sent")
        if code == "sent":
            self.keys[invitations.key_of(self._newest())] = True

    @rule()
    def send_again(self) -> None:
        newest = self._newest()
        if newest is None:
            return
        before = state_of(newest)
        try:
            invitations.send_again(self.mona, newest.code)
        except Refused:
            assert before in {InvitationState.REVOKED, InvitationState.ACCEPTED, InvitationState.REPLACED}
            return
        self.keys = dict.fromkeys(self.keys, False)
        self.keys[invitations.key_of(self._newest())] = True

    @rule()
    def revoke(self) -> None:
        newest = self._newest()
        if newest is None:
            return
        try:
            invitations.revoke(self.mona, newest.code)
        except Refused:
            assert not self._standing()
        self.keys = dict.fromkeys(self.keys, False)

    @rule(days=st.sampled_from([1, 13, 15]))
    def wait(self, days: int) -> None:
        age(self.cast, days)
        for key in self.keys:
            self.keys[key] = self.keys[key] and state_of(invitation_of_key(invitations.hash_of(key))) != "expired"

    @rule(which=st.integers(0, 9))
    def join(self, which: int) -> None:
        if not self.keys:
            return
        key = list(self.keys)[which % len(self.keys)]
        try:
            joining.join(
                self.nadia,
                key,
                pseudonym="Anse grise",
                name="Nadia",
                language="en",
                time_zone="Europe/Paris",
                charter=0,
                agreed=dict.fromkeys(joining.Agreement, True),
            )
        except Refused as refused:
            assert refused.code == "over"
            assert not self.keys[key]
            return
        assert self.keys[key]
        self.keys[key] = False
        self.joined += 1

    @invariant()
    def at_most_one_key_opens(self) -> None:
        if not hasattr(self, "keys"):
            return
        assert len(self._standing()) <= 1
        assert self.joined <= 1
        with scope(community=self.cast.mariette):
            assert Membership.objects.filter(person=self.nadia).count() == self.joined
            taken = Community.objects.get(id=self.cast.mariette.id).seats_taken
        assert taken == 4 + self.joined


def test_what_is_over_never_opens_anything_again(db):
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=15,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )


def test_ninety_days_after_it_ended_its_address_is_forgotten(cast: Cast):
    mona = cast.actor("mona")
    invited(mona)
    invitations.invite(mona, "ben@example.net", role=Role.MEMBER, language="en")
    with scope(community=cast.mariette):
        invitations.revoke(mona, Invitation.objects.get(email="ben@example.net").code)
    rule = RETENTION["communities.invitations"]
    now = clock.now()
    assert [rule.due(now + timedelta(days=days)) for days in (89, 91, 105)] == [0, 1, 2]
    assert rule.remove(now + timedelta(days=91)) == 1
    assert sent(cast) == {"nadia@example.net": "sent"}
