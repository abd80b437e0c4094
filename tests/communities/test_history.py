"""What happened, as sentences: who reads it, what it names, and that its chain holds."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django_scopes import scope

from tests.cast import Cast, make_meeting
from tests.live.test_sessions_pages import text
from vigie.communities.access import Role
from vigie.communities.actions import change_role, suspend
from vigie.facts.actions import seal
from vigie.facts.facts import FACTS
from vigie.facts.models import Entry
from vigie.facts.sentences import KINDS, NAMES, SENTENCES
from vigie.facts.tasks import look_at_chains
from vigie.live.actions import plan

PAGE = "/c/mariette/manage/history/"


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


def sentences(page) -> list[str]:
    found = re.findall(r'<td data-l="(?:What|Quoi)">(.*?)</td>', page.content.decode(), re.DOTALL)
    return [one.strip() for one in found]


def test_every_fact_has_its_sentence():
    named = {name for name in FACTS if not name.partition(".")[2].startswith("_") and name.startswith(APPS)}
    assert named - {name for name, _ in SENTENCES.items()} == set()
    assert {sentence.kind for sentence in SENTENCES} <= KINDS.keys()


APPS = ("accounts.", "communities.", "live.", "media.", "panel.", "backroom.", "mails.", "notifications.")


def test_every_sentence_names_only_what_its_fact_holds():
    from dataclasses import fields

    for name, sentence in SENTENCES.items():
        asked = set(re.findall(r"%\((\w+)\)s", str(sentence.words)))
        assert asked <= {field.name for field in fields(FACTS[name])}, name
        assert set(sentence.codes) <= asked, name


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_manager_reads_who_did_what(cast: Cast, language: str):
    with scope(community=cast.mariette):
        meeting = make_meeting(cast)
        plan.give_seat(meeting.session, cast.chloe, actor=cast.actor("mona"))
    change_role(cast.bruno, Role.EXPERT, actor=cast.mona)
    suspend(cast.alice, actor=cast.mona)
    cast.mona.person.language = language
    cast.mona.person.save()
    found = sentences(cast.client("mona", language=language).get(PAGE))[:3]
    assert (
        found
        == {
            "en": [
                "Mona-pseudo suspended Alice-pseudo.",
                "Mona-pseudo changed the role of Bruno-pseudo, from “member” to “expert member”.",
                "Mona-pseudo gave Chloe-pseudo a seat in session 1.",
            ],
            "fr": [
                "Mona-pseudo a suspendu Alice-pseudo.",
                "Mona-pseudo a changé le rôle de Bruno-pseudo, de «\xa0membre\xa0» à «\xa0membre, expertise\xa0».",
                "Mona-pseudo a donné à Chloe-pseudo une place dans la réunion 1.",
            ],
        }[language]
    )


def test_the_administrator_reads_roles_and_no_pseudonym(cast: Cast):
    suspend(cast.alice, actor=cast.mona)
    page = cast.client("peter").get(PAGE)
    assert sentences(page)[0] == "Somebody suspended somebody."
    assert "-pseudo" not in page.content.decode()
    assert "community manager" in text(page)


def test_no_page_of_the_history_names_a_person_or_a_title(cast: Cast):
    with scope(community=cast.mariette):
        plan.give_seat(make_meeting(cast, title="Bulk buying").session, cast.chloe, actor=cast.actor("mona"))
    words = cast.client("mona").get(PAGE).content.decode()
    assert "Realname" not in words and "@example.org" not in words and "Bulk buying" not in words


def test_it_can_be_read_by_kind_and_by_day(cast: Cast):
    with scope(community=cast.mariette):
        plan.give_seat(make_meeting(cast).session, cast.chloe, actor=cast.actor("mona"))
    client = cast.client("mona")
    assert sentences(client.get(f"{PAGE}?kind=sessions")) == ["Mona-pseudo gave Chloe-pseudo a seat in session 1."]
    day = Entry.objects.filter(community_id=cast.mariette.id).latest("id").at.date()
    Entry.objects.filter(name="live.SeatGiven").update(at=Entry.objects.latest("id").at - timedelta(days=40))
    assert sentences(client.get(f"{PAGE}?kind=sessions&day={day}")) == []
    assert len(sentences(client.get(f"{PAGE}?day={day - timedelta(days=40)}"))) == 1


def test_a_day_that_is_none_says_so(cast: Cast):
    page = cast.client("mona").get(f"{PAGE}?day=yesterday")
    assert page.status_code == 422
    assert "Write the day as 2027-05-14." in text(page)
    assert 'value="yesterday"' in page.content.decode()


def test_it_goes_on_over_pages(cast: Cast):
    for _ in range(25):
        suspend(cast.alice, actor=cast.mona)
        suspend(cast.bruno, actor=cast.mona)
    client = cast.client("mona")
    first, second = sentences(client.get(PAGE)), sentences(client.get(f"{PAGE}?page=2"))
    assert (len(first), len(second)) == (40, Entry.objects.filter(community_id=cast.mariette.id).count() - 40)


def test_the_chain_is_whole_until_somebody_edits_it(cast: Cast):
    seal(cast.mariette.id)
    sealed = Entry.objects.filter(community_id=cast.mariette.id).count()
    client = cast.client("mona")
    assert f"Unbroken up to entry {sealed}." in text(client.get(PAGE))
    Entry.objects.filter(community_id=cast.mariette.id, position=3).update(actor_id=1)
    look_at_chains()
    assert "The chain is broken at entry 3." in text(client.get(PAGE))


def test_another_community_s_history_is_not_in_it(cast: Cast):
    suspend(cast.tara, actor=cast.tina)
    assert not [one for one in sentences(cast.client("mona").get(PAGE)) if "Tara" in one]


@pytest.mark.both
@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_for_one_row_and_for_three(cast: Cast, statements, rows: int):
    Entry.objects.filter(community_id=cast.mariette.id).delete()
    with scope(community=cast.mariette):
        session = make_meeting(cast, seats=()).session
        for name in ("alice", "bruno", "chloe")[:rows]:
            plan.give_seat(session, cast.members[name], actor=cast.actor("mona"))
    client = cast.client("mona")
    client.get(PAGE)
    with statements(7):
        client.get(PAGE)


def test_every_field_that_is_an_id_is_called_something():
    assert {name for name, _ in NAMES.items()} == {"actor", "membership", "session"}
