"""The six steps of an opening, and the opening itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_scopes import scope

from vigie.accounts.models import Person
from vigie.communities import facts
from vigie.communities.access import Actor, Can, Role
from vigie.communities.actions.charters import publish
from vigie.communities.actions.invitations import invite_team
from vigie.communities.models import Community, Objective, Preparation, SizeReason, Teammate
from vigie.communities.queries.openings import answers_of, preparation_of
from vigie.communities.rules import ObjectiveKind, Step, climbs, is_term, missing, needs_reason, stages
from vigie.core import clock
from vigie.core.errors import NotVisible, Refused
from vigie.facts.actions import emit

#: Whom a manager may want beside them; a manager is named by the platform alone: nobody raises himself.
TEAM_ROLES = frozenset({Role.MODERATOR, Role.OBSERVER})


@dataclass(frozen=True)
class Aim:
    kind: ObjectiveKind
    indicator: str
    target: int
    due: date
    baseline: int = 0


@dataclass(frozen=True)
class Wanted:
    email: str
    role: Role
    title: str = ""


def found_community(*, slug: str, name: str, brand: str, founder: Person | None = None, **more: str) -> Community:
    """A community in preparation, for its team alone. `founder`: none at the operator's console.

    `more`: its kind, wording, language and time zone. Raises `ValidationError` for what a community cannot be called.
    """
    if founder is not None and not founder.is_platform_administrator:
        raise NotVisible(slug)
    with transaction.atomic():
        community = Community(slug=slug, name=name, brand=brand, **more)
        community.full_clean()
        community.save()
        with scope(community=community):
            Preparation.objects.create(community=community)
        emit(facts.CommunityFounded(community=community.id))
    return community


def open_stage(*, slug: str, name: str, brand: str) -> Community:
    """A community that is open without its answers: the stage of a replay, a measure or a test, never a real one."""
    with transaction.atomic():
        community = found_community(slug=slug, name=name, brand=brand)
        Community.objects.filter(id=community.id).update(opened_at=clock.now())
        community.refresh_from_db()
        emit(facts.CommunityOpened(community=community.id))
    return community


# The steps ----------------------------------------------------------------------------------------------------------


def describe(actor: Actor, **values: str) -> None:
    """Step 1: `name`, `brand`, `kind`, `wording`, `language`, `time_zone`. Raises `ValidationError`."""
    with _step(actor, Step.NAME):
        for name, value in values.items():
            setattr(actor.community, name, value)
        actor.community.full_clean()
        actor.community.save(update_fields=list(values))


def set_objectives(actor: Actor, aims: Sequence[Aim]) -> None:
    """Step 2: these, and no other."""
    if not aims:
        raise Refused("no_objective", _("Choose at least one objective."))
    with _step(actor, Step.OBJECTIVES):
        Objective.objects.exclude(kind__in=[aim.kind for aim in aims]).delete()
        for aim in aims:
            values = {"indicator": aim.indicator, "baseline": aim.baseline, "target": aim.target, "due": aim.due}
            Objective.objects.update_or_create(community=actor.community, kind=aim.kind, defaults=values)


def write_charter(actor: Actor, *, contact_email: str, contact_phone: str, **text: str) -> None:
    """Step 3: a draft. Members read it once it is published."""
    with _step(actor, Step.CHARTER, **text):
        actor.community.contact_email, actor.community.contact_phone = contact_email, contact_phone
        actor.community.save(update_fields=["contact_email", "contact_phone"])


def set_size(actor: Actor, *, target: int, cap: int, regular: int, ramp_up: str = "", reason: str = "") -> None:
    """Step 4. Above the default cap somebody must say why, in words that are kept."""
    if target > cap:
        raise Refused("target_above_cap", _("The target is above the cap."))
    if not climbs(stages(ramp_up), cap):
        raise Refused("not_climbing", _("Each stage must be larger than the one before, up to the cap."))
    if needs_reason(cap) and not reason.strip():
        raise Refused("no_reason", _("Above 400 members, say why: this will be kept."))
    with _step(actor, Step.SIZE, target=target, regular=regular, ramp_up=ramp_up):
        Community.objects.filter(id=actor.community.id).update(cap=cap)
        actor.community.cap = cap
        given = _reason(actor, cap, reason.strip()) if needs_reason(cap) else None
        emit(
            facts.SizeKept(
                community=actor.community.id,
                actor=_who(actor),
                target=target,
                cap=cap,
                reason=given.id if given else None,
            )
        )


def _reason(actor: Actor, cap: int, reason: str) -> SizeReason:
    last: SizeReason | None = SizeReason.objects.order_by("-id").first()
    if last is not None and (last.cap, last.reason) == (cap, reason):
        return last
    given: SizeReason = SizeReason.objects.create(
        community=actor.community, cap=cap, reason=reason, given_by=actor.membership, given_at=clock.now()
    )
    return given


def set_term(actor: Actor, *, starts_on: date, ends_on: date, renews_on: date) -> None:
    """Step 5."""
    if not is_term(starts_on, ends_on, renews_on):
        raise Refused("no_term", _("Whether to go on is decided after the start, and by the end."))
    with _step(actor, Step.TERM, starts_on=starts_on, ends_on=ends_on, renews_on=renews_on):
        pass


def name_team(actor: Actor, team: Sequence[Wanted]) -> None:
    """Step 6: who is wanted, and no other; whom the platform wanted to manage stays.

    They are invited when the doors open.
    """
    allowed = TEAM_ROLES | {Role.MANAGER} if actor.is_administrator else TEAM_ROLES
    if any(one.role not in allowed for one in team):
        raise Refused("not_yours_to_give", _("You cannot give this role."))
    if len({one.email.lower() for one in team}) < len(team):
        raise Refused("named_twice", _("Somebody is named twice."))
    with _step(actor, Step.TEAM):
        Teammate.objects.filter(role__in=allowed).delete()
        taken = {email.lower() for email in Teammate.objects.values_list("email", flat=True)}
        for one in team:
            if one.email.lower() in taken:
                raise Refused("named_twice", _("Somebody is named twice."))
            Teammate.objects.create(community=actor.community, email=one.email, role=one.role, title=one.title)


# The doors ----------------------------------------------------------------------------------------------------------


def open_community(actor: Actor) -> None:
    """Refused, with the list, while something is missing. The charter becomes version 1; the named team is invited."""
    actor.check(Can.EDIT_SETTINGS)
    community = actor.community
    with transaction.atomic(), scope(community=community):
        preparation = preparation_of(community)
        lacking = missing(answers_of(community, preparation))
        if lacking:
            raise Refused("not_ready", _("The doors cannot open yet: something is missing."))
        if not Community.objects.filter(id=community.id, opened_at=None).update(opened_at=clock.now()):
            raise Refused("already_open", _("This community is already open."))
        publish(actor, preparation)
        emit(facts.CommunityOpened(community=community.id, actor=_who(actor)))
        invite_team(actor)
    community.refresh_from_db()


@contextmanager
def _step(actor: Actor, step: Step, **answers: Any) -> Iterator[None]:
    """One step's write: the right first, one transaction, what was answered, the fact last."""
    actor.check(Can.EDIT_SETTINGS)
    with transaction.atomic(), scope(community=actor.community):
        preparation, _new = Preparation.objects.get_or_create(community=actor.community)
        yield
        preparation.kept = [one.value for one in Step if one == step or one in preparation.kept]
        for name, value in answers.items():
            setattr(preparation, name, value)
        preparation.save(update_fields=["kept", "saved_at", *answers])
        emit(facts.SettingsKept(community=actor.community.id, actor=_who(actor), step=step))


def _who(actor: Actor) -> int | None:
    return actor.membership.id if actor.membership else None
