"""From a manager's list to the community's home: two people, a desk and a phone, and one mail between them."""

import re

from django.core import mail
from playwright.sync_api import expect

from tests.accounts.browser import CODE
from tests.browser.window import PHONE, wait_for
from tests.communities.opening import answered, founded
from vigie.communities.actions import opening

LINK = re.compile(r"(/join/\S+/)")


def test_somebody_is_invited_and_comes_in_on_their_phone(house):
    mona = answered(founded(cast=house.cast))
    opening.open_community(mona)

    desk = house.window("mona", language="fr")
    desk.go("/c/phare/manage/people/")
    desk.one(".page-head a.btn--main").click()
    desk.one("textarea[name=addresses]").fill("Nadia <nadia@example.net>")
    desk.one("select[name=language]").select_option("en")
    desk.one("main form[novalidate] button").click()
    expect(desk.one("main table")).to_contain_text("nadia@example.net")
    wait_for(lambda: len(mail.outbox) == 1)
    assert (mail.outbox[0].to, mail.outbox[0].subject) == (["nadia@example.net"], "You are invited to Le Phare")

    phone = house.window(size=PHONE, language="en")
    phone.go(LINK.findall(str(mail.outbox[0].body))[0])
    assert phone.page.url.endswith("/join/")
    expect(phone.one("h1")).to_have_text("Le Phare")
    phone.one("main form button").click()
    phone.one("input[name=code]").fill(CODE.findall(str(mail.outbox[-1].body))[0])
    phone.one("main form button").first.click()
    phone.page.wait_for_url("**/join/")

    phone.one("input[name=accepts]").check()
    phone.one("input[name=participation]").check()
    phone.one("input[name=name]").fill("Nadia Dubreuil")
    offered = phone.one("button[name=take]").first.inner_text()
    phone.one("button[name=take]").first.click()
    expect(phone.one("input[name=pseudonym]")).to_have_value(offered)
    expect(phone.one("input[name=participation]")).to_be_checked()
    phone.one("main form > div > p > button[type=submit]").click()
    phone.page.wait_for_url("**/c/phare/")
    expect(phone.page.get_by_text("You are in. Welcome.")).to_be_visible()

    desk.go("/c/phare/manage/people/")
    expect(desk.one("main table")).to_contain_text(offered)
    assert "Nadia" not in desk.page.content()
