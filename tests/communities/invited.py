"""What somebody who was invited does in a browser, in words."""

import re

from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django_scopes import scope

from tests.accounts.browser import browser, mailed_code, type_code
from vigie.communities.access import Actor, Role
from vigie.communities.actions import invitations
from vigie.communities.models import Invitation, Membership

LINK = re.compile(r"http://\S+/join/(\S+)/")
ANSWERS = {
    "pseudonym": "Goéland gris",
    "name": "Nadia Dubreuil",
    "language": "en",
    "time_zone": "Europe/Paris",
    "participation": "on",
}


def invited(actor: Actor, email: str = "nadia@example.net", role: Role = Role.MEMBER, language: str = "en") -> str:
    """The key in the mail of somebody who was just invited."""
    assert [one.code for one in invitations.invite(actor, email, role=role, language=language)] == ["sent"]
    return mailed(actor, email)


def mailed(actor: Actor, email: str = "nadia@example.net") -> str:
    with scope(community=actor.community):
        made = Invitation.objects.filter(email=email, ended="").get()
    invitations.mail_invitation(actor.community.id, made.id)
    assert mail.outbox[-1].to == [email]
    return LINK.findall(str(mail.outbox[-1].body))[0]


def opens(key: str, language: str = "en") -> Client:
    """A new browser in which the mail's link was followed."""
    client = browser(language)
    assert client.get(f"/join/{key}/")["Location"] == "/join/"
    return client


def proves(client: Client) -> Client:
    """They ask for the code, read it in their mailbox and type it."""
    answer = client.post("/join/code/")
    assert answer["Location"] == "/sign-in/code/?next=/join/"
    back = type_code(client, mailed_code(), next="/join/")
    assert back["Location"] == "/join/"
    return client


def answers(client: Client, **other: str) -> HttpResponse:
    sent = {name: value for name, value in {**ANSWERS, **other}.items() if value}
    return client.post("/join/", sent)


def came_in(key: str, **other: str) -> HttpResponse:
    return answers(proves(opens(key)), **other)


def membership_of(actor: Actor, email: str = "nadia@example.net") -> Membership:
    with scope(community=actor.community):
        found: Membership = Membership.objects.select_related("person").get(person__email=email)
    return found
