"""Every page and state of the product, and how a browser gets there."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from io import BytesIO

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import override_settings
from django_scopes import scope
from PIL import Image, ImageDraw

from tests import cast as people
from tests.accounts.browser import CODE
from tests.browser.house import House
from tests.browser.room import Room, is_phone
from tests.browser.window import Window
from tests.cast import Meeting
from tests.communities.opening import answered, founded
from vigie.accounts import actions as accounts
from vigie.accounts.actions import knock
from vigie.accounts.models import AddressChange, DataFile, Erasure, Tries
from vigie.accounts.queries import METHODS
from vigie.accounts.rules import Door
from vigie.accounts.views.my_data import FAREWELL
from vigie.backroom.actions import remark
from vigie.communities.access import Actor, Role
from vigie.communities.actions import grant_membership, invitations, opening
from vigie.communities.models import Community, Invitation, Membership
from vigie.core import clock
from vigie.core.codes import new_code
from vigie.live.actions import room as act
from vigie.mails.models import Bounce, Mail
from vigie.mails.seal import key_of
from vigie.notifications.actions import unsubscribe_address

SECRET = "JBSWY3DPEHPK3PXP"
LONG = (
    "Moi je ne renonce pas, je râle. Le bac à lentilles colle, la pelle tombe par terre, on la ramasse, on la remet. "
    "https://example.org/une-adresse-tres-longue/qui-ne-se-coupe-pas/et-continue-encore-et-encore-et-encore"
)


class Set:
    """The meetings that the states stand in, one per phase, made when first asked for."""

    def __init__(self, house: House) -> None:
        """Tess keeps a second key on her telephone; Dora belongs to both communities."""
        self.house = house
        cast = house.cast
        TOTP.activate(house.person("tess"), SECRET)
        RecoveryCodes.activate(house.person("tess"))
        dora = people.person("dora")
        cast.members["dora"] = grant_membership(cast.mariette, dora, pseudonym="Teal", role=Role.MEMBER)
        grant_membership(cast.tramontane, dora, pseudonym="Dora-pseudo", role=Role.OBSERVER)

    @cached_property
    def waiting(self) -> Meeting:
        return self.house.meeting(title="Bulk without the chore")

    @cached_property
    def planned(self) -> Meeting:
        return self.house.meeting(seats=("alice", "bruno", "chloe", "emma"), minutes_to_start=60 * 24 * 9)

    @cached_property
    def empty(self) -> Meeting:
        meeting = self.house.meeting(seats=(), minutes_to_start=60 * 24 * 20, title="Nothing decided yet")
        with scope(community=self.house.cast.mariette):
            meeting.session.guide.all().delete()
            meeting.session.assignments.all().delete()
        return meeting

    @cached_property
    def live(self) -> Meeting:
        return self.told("The shelf of the future")

    @cached_property
    def closing(self) -> Meeting:
        return self.told("About to end", closes=1)

    @cached_property
    def closed(self) -> Meeting:
        return self.told("Held last night", closes=2)

    @cached_property
    def phare(self) -> str:
        """Another community of Mona's and Alice's, open, with a charter that Alice has not accepted."""
        actor = answered(founded(cast=self.house.cast))
        opening.open_community(actor)
        grant_membership(actor.community, self.house.cast.alice.person, pseudonym="Algue", role=Role.MEMBER)
        return "/c/phare/"

    @cached_property
    def ponton(self) -> str:
        """One that Mona is preparing: nothing answered yet."""
        founded(cast=self.house.cast, slug="ponton", name="Le Ponton")
        return "/c/ponton/"

    def told(self, title: str, closes: int = 0) -> Meeting:
        """A meeting with words in it: three are in, one waits at the door."""
        cast = self.house.cast
        meeting = self.house.meeting(seats=("alice", "bruno", "emma", "chloe"), title=title)
        with scope(community=cast.mariette):
            sophie = meeting.place(cast, "sophie")
            act.admit(sophie, [meeting.seats[name].code for name in ("alice", "bruno", "emma")])
            act.open_session(sophie)
            for item in meeting.items[:3]:
                act.launch(sophie, item.code)
            alice, bruno, emma = (meeting.place(cast, name) for name in ("alice", "bruno", "emma"))
            question = meeting.items[1].code
            first = act.say(alice, text=LONG, item=question)
            act.say(bruno, text="Two lines:\nthis is the second.", item=question, to=first)
            act.react(emma, to=first, mark="same", on=True)
            act.react(bruno, to=first, mark="thanks", on=True)
            act.say(sophie, text="What do you do then, Heron?", to=first)
            remark(meeting.place(cast, "oscar"), kind="remark", text="The lentils again.")
            remark(meeting.place(cast, "oscar"), kind="probe", text="Ask who picks the scoop up.", quote=first)
            for number in range(closes):
                act.close_session(sophie, "" if number else "Thank you all.")
        return meeting


@dataclass(frozen=True)
class State:
    """`path` is asked of the set; `reach` does the rest. `status` is what a page that refuses answers."""

    name: str
    who: str
    path: Callable[[Set], str]
    reach: Callable[[Window, Set], None] = lambda window, _: None
    room: bool = False
    status: int = 200

    def open(self, stage: Set, *, language: str, **options: object) -> Window:
        cache.clear()
        Tries.objects.all().delete()
        window = stage.house.window(self.who, language=language, **options)
        if self.status != 200:
            window.forgive(str(self.status))
        window.go(self.path(stage))
        if self.room:
            Room(window, "").joined()
        self.reach(window, stage)
        window.page.evaluate("document.fonts.ready.then(() => true)")
        return window


def page(path: str) -> Callable[[Set], str]:
    return lambda _: path


def phare(path: str) -> Callable[[Set], str]:
    return lambda stage: f"{stage.phare}{path}"


def ponton(step: str = "") -> Callable[[Set], str]:
    return lambda stage: f"{stage.ponton}manage/opening/{step}"


def with_a_logo(window: Window, _: Set) -> None:
    """A wide one, black on nothing: what a dark page would swallow."""
    drawn = BytesIO()
    picture = Image.new("RGBA", (420, 120))
    ImageDraw.Draw(picture).text((6, 6), "MARIETTE", "black", font_size=84)
    picture.save(drawn, "PNG")
    window.page.locator("[name=logo]").set_input_files(
        {"name": "mariette.png", "mimeType": "image/png", "buffer": drawn.getvalue()}
    )
    window.one("#logo .btn--main").click()
    window.one("#logo .brandmark__logo").wait_for()


def objective_without_date(window: Window, _: Set) -> None:
    window.one("main form").first.evaluate("(form) => form.noValidate = true")
    window.one("#id_create-on").check()
    window.one("main form button[type=submit]").last.click()
    window.one(".field__error").first.wait_for()


def member(name: str, more: str = "") -> Callable[[Set], str]:
    return lambda stage: f"/c/mariette/manage/people/{stage.house.cast.members[name].public_id}/{more}"


def mailed_key(stage: Set, email: str, language: str) -> str:
    """The key of an invitation to Phare, which Mona sent."""
    community = Community.objects.get(slug=stage.phare.split("/")[2])
    with scope(community=community):
        keeper = Membership.objects.get(role=Role.MANAGER)
        keeper.community = community
        invitations.invite(Actor(community, keeper), email, role=Role.MEMBER, language=language)
        return invitations.key_of(Invitation.objects.get(email=email, ended=""))


def followed_mail(window: Window, stage: Set) -> None:
    language = window.page.evaluate("navigator.language")[:2]
    window.go(f"/join/{mailed_key(stage, f'nadia.{language}@example.net', language)}/")


def asked_to_join(window: Window, stage: Set) -> None:
    followed_mail(window, stage)
    window.one("main form button").first.click()
    window.one("input[name=code]").fill(CODE.findall(str(mail.outbox[-1].body))[0])
    window.one("main form button").first.click()
    window.one("input[name=pseudonym]").wait_for()


def joined_badly(window: Window, stage: Set) -> None:
    asked_to_join(window, stage)
    window.one("input[name=name]").fill("Nadia Dubreuil")
    window.one("input[name=pseudonym]").fill("Nadia")
    window.one("main form > div > p > button[type=submit]").click()
    window.one(".field__error").first.wait_for()


def invited_badly(window: Window, _: Set) -> None:
    window.one("textarea[name=addresses]").fill("ana@example.net\npas une adresse\nalice@example.org")
    window.one("main form[novalidate] button").click()
    window.one("main .notice--warn").wait_for()


def looked(window: Window, _: Set) -> None:
    window.one("input[name=kind]").first.check()
    window.one("input[name=reason]").fill("Rappeler pour jeudi.")
    window.one("main form button").click()
    window.one("#identity").wait_for()


def room(phase: str) -> Callable[[Set], str]:
    return lambda stage: stage.house.room(getattr(stage, phase))


def plan(phase: str) -> Callable[[Set], str]:
    return lambda stage: f"/c/mariette/manage/live/{getattr(stage, phase).session.code}/"


def operators(stage: Set) -> str:
    """With a mail that was given up."""
    at = clock.now()
    known = {"kind": "account/email/login_code", "recipient": "x", "state": "dead", "error": "550 5.7.1"}
    Mail.objects.get_or_create(code="d" * 32, defaults={**known, "sealed": "x", "asked_at": at, "due_at": at})
    return "/operators/"


def unreachable(stage: Set) -> str:
    bruno = key_of(stage.house.person("bruno").email)
    Bounce.objects.get_or_create(recipient=bruno, report="dsn", defaults={"kind": "hard", "at": clock.now()})
    return "/c/mariette/manage/mail/"


def way_out(stage: Set) -> str:
    return unsubscribe_address(stage.house.cast.alice).removeprefix(settings.BASE_URL)


def desk(stage: Set) -> str:
    """With a session to come, one that waits, and one whose plan is empty."""
    assert stage.planned and stage.waiting and stage.empty and stage.closed
    return "/c/mariette/manage/"


def pane(name: str) -> Callable[[Window, Set], None]:
    return lambda window, _: Room(window, "").pane(name)


def ask_for_code(window: Window, _: Set) -> None:
    window.one("input[name=email]").fill("alice@example.org")
    window.one("main form button").first.click()
    window.one("input[name=code]").wait_for()


def wrong_code(window: Window, stage: Set) -> None:
    ask_for_code(window, stage)
    window.one("input[name=code]").fill("BBBBBB")
    window.one("main form button").first.click()
    window.one(".field__error").first.wait_for()


def second_key_at_the_door(window: Window, _: Set) -> None:
    window.one("input[name=email]").fill("tess@example.org")
    window.one("main form button").first.click()
    window.one("input[name=code]").fill(CODE.findall(str(mail.outbox[-1].body))[0])
    window.one("main form button").first.click()
    window.page.wait_for_url("**/sign-in/second-factor/")


def wrong_second_key(window: Window, stage: Set) -> None:
    second_key_at_the_door(window, stage)
    window.one("input[name=code]").fill("000000")
    window.one("main form button").first.click()
    window.one(".field__error").first.wait_for()


def too_many_tries(window: Window, stage: Set) -> None:
    """Her fourth code in a minute."""
    for _ in range(3):
        knock(Door.CODE_ASKED, network="", account="alice@example.org")
    window.one("input[name=email]").fill("alice@example.org")
    window.one("main form button").first.click()
    window.one(".field__error").wait_for()


def mails_in_the_outbox(window: Window, stage: Set) -> None:
    """What the sign-in page sends, kept in files as demo mode keeps it."""
    kept = {
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(settings.OUTBOX_DIR),
    }
    with override_settings(**kept):
        for language in ("fr", "en"):
            stage.house.speak("alice", language)
            window.go("/sign-in/")
            ask_for_code(window, stage)
    window.go("/demo/outbox/")
    window.one("[data-mail]").first.wait_for()


def no_address(window: Window, _: Set) -> None:
    window.one("main form button").first.click()
    window.one(".field__error").first.wait_for()


def plan_in_error(window: Window, _: Set) -> None:
    form = window.one("main form[method=post]").last
    form.evaluate("(form) => form.noValidate = true")
    window.one("input[name=title]").fill("")
    form.locator("button").last.click()
    window.one(".field__error").first.wait_for()


def second_factor(window: Window, _: Set) -> None:
    """A fresh sign-in by code, without a second key yet."""
    _signed_in(window, minutes_ago=0)
    window.go("/account/second-factor/")
    window.one("[data-secret]").wait_for(state="attached")


def sign_in_again(window: Window, _: Set) -> None:
    """A sign-in too old to choose a second key."""
    _signed_in(window, minutes_ago=60)
    window.go("/account/second-factor/")


def another_way(window: Window, _: Set) -> None:
    window.one("main summary").click()


def wrong_password(window: Window, _: Set) -> None:
    window.one("input[name=email]").fill("alice@example.org")
    window.one("input[name=password]").fill("not this one")
    window.one("main form button").click()
    window.one(".field__error").first.wait_for()


def new_passkey(window: Window, _: Set) -> None:
    _signed_in(window, minutes_ago=0)
    window.go("/account/keys/passkey/")


def no_passkey(window: Window, stage: Set) -> None:
    """The device, or its owner, says no; here, because an address without a name has no passkeys."""
    new_passkey(window, stage)
    window.one("main form button").click()
    window.one("vg-passkey [role=status]:not(:empty)").wait_for()


def new_address(window: Window, _: Set) -> None:
    _signed_in(window, minutes_ago=0)
    window.go("/account/address/")


def address_code(window: Window, stage: Set) -> None:
    new_address(window, stage)
    window.one("input[name=email]").fill("mona@example.net")
    window.one("main form button").click()
    window.one("input[name=code]").fill("BBBBBB")
    window.one("main form button").click()
    window.one(".field__error").first.wait_for()


def undo_address(window: Window, stage: Set) -> None:
    kim = stage.house.person("kim")
    change = AddressChange.objects.create(person=kim, before="kim@example.net", after=kim.email, at=clock.now())
    window.go(f"/account/address/undo/?code={change.undo}")


def weak_password(window: Window, _: Set) -> None:
    _signed_in(window, minutes_ago=0)
    window.go("/account/keys/password/")
    window.one("input[name=password]").fill("password")
    window.one("main form button").click()
    window.one(".field__error").first.wait_for()


def my_file(window: Window, stage: Set) -> None:
    bruno = stage.house.person("bruno")
    DataFile.objects.filter(person=bruno).delete()
    accounts.make_data_file(accounts.order_data_file(bruno).id)
    window.go("/account/my-data/")
    window.one("main a[href$='/account/keys/']").wait_for()


def be_forgotten(window: Window, _: Set) -> None:
    _signed_in(window, minutes_ago=0)
    window.go("/account/erase/")


def another_address(window: Window, stage: Set) -> None:
    be_forgotten(window, stage)
    window.one("input[name=email]").fill("nobody@example.org")
    window.one(".btn--bad").click()
    window.one(".field__error").first.wait_for()


def asked_to_be_forgotten(window: Window, stage: Set) -> None:
    accounts.ask_erasure(stage.house.person("chloe"), kept=_cookie(window))
    window.go("/account/erase/")


def forgotten(window: Window, _: Set) -> None:
    """Somebody whose seven days are over."""
    who = people.person(f"gone-{new_code()}")
    now = clock.now()
    asked = Erasure.objects.create(person=who, asked_at=now, due_at=now)
    accounts.carry_out(who.id)
    window.context.add_cookies([{"name": FAREWELL, "value": asked.code, "url": window.page.url}])
    window.go("/farewell/")


def _cookie(window: Window) -> str:
    return next(one["value"] for one in window.context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME)


def _signed_in(window: Window, *, minutes_ago: int) -> None:
    kept = import_module(settings.SESSION_ENGINE).SessionStore(_cookie(window))
    kept[METHODS] = [{"method": "code", "at": clock.now().timestamp() - 60 * minutes_ago}]
    kept.save()


def opened(opener: str, dialog: str, where: str = "") -> Callable[[Window, Set], None]:
    def reach(window: Window, _: Set) -> None:
        if where and is_phone(window.page):
            Room(window, "").pane(where)
        window.one(opener).first.click()
        window.one(f"{dialog}[open]").wait_for()

    return reach


def comfort(window: Window, _: Set) -> None:
    window.one('[data-opens="comfort"]:visible').first.click()
    window.one("#comfort[open]").wait_for()


def tools(window: Window, _: Set) -> None:
    window.one("[data-lines] > li[data-kind=said] [data-slot=text]").nth(1).click()
    window.one("[data-active] [data-tools]").wait_for()


def composing(window: Window, _: Set) -> None:
    """A reply under way, too long."""
    Room(window, "").act("Two lines", "[data-do=reply]")
    window.one("#message").fill("x" * 2100)
    window.one("[data-counter]").wait_for()


def removed(window: Window, stage: Set) -> None:
    cast = stage.house.cast
    meeting = stage.told("Somebody leaves")
    window.go(stage.house.room(meeting))
    Room(window, "").joined()
    with scope(community=cast.mariette):
        act.remove(meeting.place(cast, "sophie"), meeting.seats["alice"].code)
    window.one("vg-room[data-view=gone]").wait_for(state="attached")


def read_again(window: Window, _: Set) -> None:
    window.one("[data-read-again]").click()
    window.one("vg-room[data-view=room]").wait_for(state="attached")


def exported(window: Window, stage: Set) -> None:
    window.one("#export form button").click()
    window.one("#export a.btn").first.wait_for()


STATES = [
    State("sign-in", "", page("/sign-in/")),
    State("sign-in-another-way", "", page("/sign-in/"), another_way),
    State("sign-in-password", "", page("/sign-in/password/")),
    State("sign-in-password-wrong", "", page("/sign-in/password/"), wrong_password),
    State("sign-in-no-address", "", page("/sign-in/"), no_address),
    State("code", "", page("/sign-in/"), ask_for_code),
    State("code-wrong", "", page("/sign-in/"), wrong_code),
    State("sign-out", "alice", page("/sign-out/")),
    State("second-factor-at-sign-in", "", page("/sign-in/"), second_key_at_the_door),
    State("second-factor-wrong", "", page("/sign-in/"), wrong_second_key),
    State("too-many-tries", "", page("/sign-in/"), too_many_tries, status=429),
    State("recovery-codes", "tess", page("/account/recovery-codes/?next=/account/")),
    State("account-two-keys", "tess", page("/account/")),
    State("keys", "tess", page("/account/keys/")),
    State("keys-member", "alice", page("/account/keys/")),
    State("sign-ins", "tess", page("/account/sign-ins/")),
    State("passkey", "mona", page("/account/"), new_passkey),
    State("passkey-without-device", "mona", page("/account/"), no_passkey),
    State("new-address", "mona", page("/account/"), new_address),
    State("new-address-code-wrong", "mona", page("/account/"), address_code),
    State("undo-address", "", page("/sign-in/"), undo_address),
    State("password", "mona", page("/account/"), weak_password),
    State("my-data", "alice", page("/account/my-data/")),
    State("my-data-ready", "bruno", page("/account/"), my_file),
    State("erase", "bruno", page("/account/"), be_forgotten),
    State("erase-manager", "tina", page("/account/"), be_forgotten),
    State("erase-wrong", "bruno", page("/account/"), another_address),
    State("erase-waiting", "chloe", page("/account/"), asked_to_be_forgotten),
    State("farewell", "", page("/farewell/")),
    State("farewell-forgotten", "", page("/farewell/"), forgotten),
    State("choice", "dora", page("/")),
    State("second-factor", "mona", page("/account/"), second_factor),
    State("sign-in-again", "mona", page("/account/"), sign_in_again),
    State("account-member", "alice", page("/account/")),
    State("account-team", "sophie", page("/account/")),
    State("nowhere-to-go", "victor", page("/")),
    State("about", "", page("/c/mariette/about/")),
    State("home", "alice", page("/c/mariette/")),
    State("home-empty", "kim", page("/c/mariette/about/")),
    State("about-charter", "", phare("about/")),
    State("transparency", "", phare("transparency/")),
    State("transparency-member", "alice", phare("transparency/")),
    State("charter", "alice", phare("charter/")),
    State("home-charter", "alice", phare("")),
    State("community-new", "peter", page("/communities/new/")),
    State("choice-administrator", "peter", page("/")),
    State("opening-empty", "mona", ponton()),
    State("opening-name", "mona", ponton("name/")),
    State("opening-objectives", "mona", phare("manage/opening/objectives/")),
    State("opening-objectives-errors", "mona", ponton("objectives/"), objective_without_date, status=422),
    State("opening-charter", "mona", ponton("charter/")),
    State("opening-size", "mona", ponton("size/")),
    State("opening-term", "mona", ponton("term/")),
    State("opening-team", "mona", ponton("team/")),
    State("settings", "mona", phare("manage/opening/")),
    State("people", "mona", page("/c/mariette/manage/people/")),
    State("people-nobody", "mona", page("/c/mariette/manage/people/?q=zz")),
    State("person", "mona", member("alice")),
    State("identity", "mona", member("alice", "identity/")),
    State("identity-shown", "mona", member("alice", "identity/"), looked),
    State("identity-reads", "alice", page("/account/identity-reads/")),
    State("invitations", "mona", page("/c/mariette/manage/people/invitations/")),
    State("invitations-mended", "mona", page("/c/mariette/manage/people/invitations/"), invited_badly, status=422),
    State("invited", "", page("/sign-in/"), followed_mail),
    State("join", "", page("/sign-in/"), asked_to_join),
    State("join-errors", "", page("/sign-in/"), joined_badly, status=422),
    State("join-over", "", page("/join/nothing-here/"), status=410),
    State("join-waiting", "alice", page("/join/waiting/")),
    State("leave", "alice", page("/c/mariette/leave/")),
    State("my-consents", "alice", phare("my-consents/")),
    State("theme", "mona", phare("manage/theme/")),
    State("theme-logo", "mona", phare("manage/theme/"), with_a_logo),
    State("operators", "peter", operators),
    State("operators-examined", "peter", lambda stage: operators(stage) + "?examine=1"),
    State("unreachable", "mona", unreachable),
    State("unsubscribe", "", way_out),
    State("desk", "mona", desk),
    State("desk-observer", "oscar", desk),
    State("desk-opening", "mona", lambda stage: stage.ponton + "manage/"),
    State("history", "mona", page("/c/mariette/manage/history/")),
    State("history-error", "mona", page("/c/mariette/manage/history/?day=yesterday"), status=422),
    State("sessions", "mona", page("/c/mariette/manage/live/")),
    State("sessions-observer", "oscar", page("/c/mariette/manage/live/")),
    State("plan-new", "mona", page("/c/mariette/manage/live/new")),
    State("plan-new-errors", "mona", page("/c/mariette/manage/live/new"), plan_in_error, status=422),
    State("plan-full", "mona", plan("planned")),
    State("plan-empty", "mona", plan("empty")),
    State("plan-closed", "mona", plan("closed")),
    State("waiting", "alice", room("waiting"), room=True),
    State("waiting-late", "chloe", room("live"), room=True),
    State("member", "alice", room("live"), room=True),
    State("member-crew", "alice", room("live"), pane("crew"), room=True),
    State("member-tools", "emma", room("live"), tools, room=True),
    State("member-composing", "alice", room("live"), composing, room=True),
    State("member-comfort", "alice", room("live"), comfort, room=True),
    State("moderator-before", "sophie", room("waiting"), pane("crew"), room=True),
    State("moderator", "sophie", room("live"), room=True),
    State("moderator-tools", "sophie", room("live"), tools, room=True),
    State("moderator-guide", "sophie", room("live"), pane("guide"), room=True),
    State("moderator-crew", "sophie", room("live"), pane("crew"), room=True),
    State("moderator-back", "sophie", room("live"), pane("back"), room=True),
    State("moderator-removes", "sophie", room("live"), opened("[data-asks=remove]", "dialog", "crew"), room=True),
    State("moderator-closes", "sophie", room("live"), opened("[data-asks=close]", "dialog"), room=True),
    State("moderator-closing", "sophie", room("closing"), opened("[data-asks=close-for-good]", "dialog"), room=True),
    State("moderator-closed", "sophie", room("closed"), room=False),
    State("observer", "oscar", room("live"), room=True),
    State("observer-guide", "oscar", room("live"), pane("guide"), room=True),
    State("observer-back", "oscar", room("live"), pane("back"), room=True),
    State("confidential-page", "oscar", lambda stage: room("live")(stage).replace("/live/", "/back/")),
    State("member-closing", "alice", room("closing"), room=True),
    State("closed", "alice", room("closed")),
    State("closed-again", "alice", room("closed"), read_again),
    State("gone", "alice", room("waiting"), removed, room=True),
    State("transcript", "mona", lambda stage: f"{room('closed')(stage)}transcript/"),
    State("transcript-exported", "sophie", lambda stage: f"{room('closed')(stage)}transcript/", exported),
    State("transcript-observer", "oscar", lambda stage: f"{room('closed')(stage)}transcript/"),
    State("style", "", page("/style/")),
    State("demo-door", "", page("/demo/")),
    State("demo-outbox", "", page("/demo/outbox/")),
    State("demo-outbox-mails", "", page("/demo/outbox/"), mails_in_the_outbox),
    State("offline", "", page("/offline/")),
    State("refused", "alice", page("/c/mariette/manage/live/"), status=403),
    State("not-found", "alice", page("/nowhere/"), status=404),
    State("not-found-signed-out", "", page("/c/mariette/live/nowhere/"), status=404),
    State("broken", "", page("/broken/"), status=500),
]
BY_NAME = {state.name: state for state in STATES}
