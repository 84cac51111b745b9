"""Open accounts, give and end roles: on one's own structure, never to oneself, each act traced (R18, R41)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diaphane.accounts.connections import end_all_connections
from diaphane.accounts.invitations import Invited, invite
from diaphane.accounts.models import Professional, User
from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import PROFESSIONAL_ROLES, SYSTEM, Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may, reaches

from .models import Membership, Structure
from .newcomers import Newcomer, weigh_newcomer

KEEPERS = (Role.ADMINISTRATOR, Role.PLATFORM_ADMINISTRATOR)
"""The roles of which a structure, or the platform, is never left without anybody."""


@dataclass(frozen=True)
class Post:
    """A role at a structure, from one day to another included; without a first day, from now on."""

    structure_id: UUID
    role: str
    first_day: date | None = None
    last_day: date | None = None
    is_intern: bool = False


def open_account(*, newcomer: Newcomer, post: Post, by: Actor, at: datetime) -> Invited:
    """Open the account of a professional in a role, and invite them by mail; return the code to say aloud.

    One person, one account: the trail keeps that a second one was tried.

    Raises:
        NotAllowedError: no administrator of this structure.
        GuardError: an account has this address or this RPPS, or the role cannot be given.
    """
    _require_ground("account.open", by, post.structure_id)
    if missing := [*weigh_newcomer(newcomer), *_weigh_post(post, user=None, by=by, at=at)]:
        raise _refuse_account(missing, by=by, at=at)
    try:
        with transaction.atomic():
            user = User.objects.create_user(email=newcomer.email, name=newcomer.name.strip(), password=None)
            if newcomer.rpps:
                Professional.objects.create(
                    user=user,
                    rpps=newcomer.rpps,
                    speciality=newcomer.speciality.strip(),
                    phone=newcomer.phone,
                )
            record("account.opened", by=by, at=at, subject=Subject("account", user.pk))
            _employ(user, post, by=by, at=at)
            return invite(user=user, by=by, at=at)
    except IntegrityError as error:  # another account took the address or the number meanwhile
        raise _refuse_account(weigh_newcomer(newcomer), by=by, at=at) from error


def give_role(*, user_id: UUID, post: Post, by: Actor, at: datetime) -> Membership:
    """Give a person who has an account a role at a structure.

    Raises:
        NotAllowedError: no administrator of this structure.
        User.DoesNotExist: nobody, or a patient.
        GuardError: to oneself, to a closed account, twice, or with days that do not follow.
    """
    _require_ground("role.give", by, post.structure_id)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id, patient_id=None)
        if missing := _weigh_post(post, user=user, by=by, at=at):
            raise GuardError(_("This role cannot be given."), missing)
        return _employ(user, post, by=by, at=at)


def end_role(*, membership_id: int, last_day: date | None, by: Actor, at: datetime) -> Membership:
    """End a role after a day, or now: what was open in it is closed at once.

    Raises:
        Membership.DoesNotExist: no such role on the actor's ground.
        NotAllowedError: no administrator.
        ConflictError: it has ended.
        GuardError: a day that is past, or nobody would administer the structure any more.
    """
    with transaction.atomic():
        held = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=membership_id)
        if not reaches(by, held.structure_id):
            raise Membership.DoesNotExist
        _require_ground("role.end", by, held.structure_id)
        if held.ends_at is not None and held.ends_at <= at:
            raise ConflictError(_("This role has ended already."))
        if last_day is not None and last_day < timezone.localdate(at):
            missing = Missing("R41", _("A last day that is not past"), _("You"), field="last_day")
            raise GuardError(_("This role cannot be ended so."), [missing])
        require_keepers([held], ends_at=_end_of(last_day) if last_day else at)
        finish([held], ends_at=_end_of(last_day) if last_day else at, by=by, at=at)
    return held


def finish(roles: Sequence[Membership], *, ends_at: datetime, by: Actor, at: datetime) -> None:
    """Write the end of roles, trace it, and close what they had opened if that is now."""
    for held in roles:
        held.ends_at = max(ends_at, held.starts_at) if held.starts_at else ends_at
        held.cut_at = at if ends_at <= at else None
        held.save(update_fields=["ends_at", "cut_at"])
        _note("role.ended", held, by=by, at=at)
    if ends_at <= at:
        for user in {held.user_id: held.user for held in roles}.values():
            end_all_connections(user=user, by=by, at=at)


def cut_ended_roles(*, at: datetime) -> int:
    """Close what roles that ended by their date had opened; return how many roles (R41)."""
    ended = Membership.objects.filter(ends_at__lte=at, cut_at=None)
    count = 0
    for membership_id in ended.values_list("pk", flat=True):
        with transaction.atomic():
            held = ended.select_for_update(of=("self",)).select_related("user").filter(pk=membership_id)
            if (found := held.first()) is not None:
                Membership.objects.filter(pk=found.pk).update(cut_at=at)
                end_all_connections(user=found.user, by=SYSTEM, at=at)
                count += 1
    return count


def require_keepers(leaving: Sequence[Membership], *, ends_at: datetime) -> None:
    """Refuse that a structure, or the platform, be left without an administrator.

    The structures are locked, so that two who leave at once do not each count on the other.

    Raises:
        GuardError: nobody would be left.
    """
    keepers = [each for each in leaving if each.role in KEEPERS]
    everywhere = any(each.role == Role.PLATFORM_ADMINISTRATOR for each in keepers)
    concerned = Structure.objects.order_by("pk")
    if not everywhere:
        concerned = concerned.filter(pk__in=[each.structure_id for each in keepers])
    list(concerned.select_for_update().values_list("pk", flat=True))
    for each in keepers:
        others = Membership.objects.held().filter(role=each.role, user__is_active=True)
        others = others.exclude(pk__in=[left.pk for left in leaving]).exclude(user_id=each.user_id)
        if each.role == Role.ADMINISTRATOR:
            others = others.filter(structure_id=each.structure_id)
        if not others.exclude(ends_at__lte=ends_at).exists():
            who = _("You, by giving another person this role first")
            missing = Missing("R41", _("Another person who administers it"), who)
            raise GuardError(_("The last administrator stays."), [missing])


def _employ(user: User, post: Post, *, by: Actor, at: datetime) -> Membership:
    held = Membership.objects.create(
        user=user,
        structure_id=post.structure_id,
        role=post.role,
        is_intern=post.is_intern and post.role == Role.REQUESTING_PHYSICIAN.value,
        starts_at=_start_of(post, at),
        ends_at=_end_of(post.last_day) if post.last_day else None,
    )
    _note("role.given", held, by=by, at=at)
    return held


def _weigh_post(post: Post, *, user: User | None, by: Actor, at: datetime) -> list[Missing]:
    """List what keeps a role from being given."""
    givable = PROFESSIONAL_ROLES if may(by, "structure.any") else PROFESSIONAL_ROLES - {KEEPERS[1]}
    today, first = timezone.localdate(at), post.first_day
    gaps = [
        (_("A role that you may give"), "role", post.role in givable),
        (_("A first day that is not past"), "first_day", first is None or first >= today),
        (
            _("A last day that is not before the first"),
            "last_day",
            post.last_day is None or post.last_day >= (first or today),
        ),
    ]
    if user is not None:
        twin = Membership.objects.unended().filter(user=user, structure_id=post.structure_id, role=post.role)
        gaps += [
            (_("Another administrator than yourself: nobody gives themselves a role"), "", user.pk != by.id),
            (_("An account that is not closed"), "", user.is_active),
            (_("A role that this person has not already, or will have"), "role", not twin.exists()),
        ]
    return [Missing("R41", what, _("You"), field=field) for what, field, holds in gaps if not holds]


def _require_ground(action: str, by: Actor, structure_id: UUID) -> None:
    if not (may(by, action) and reaches(by, structure_id)):
        raise NotAllowedError(_("Only an administrator of this structure does this."))


def _refuse_account(missing: list[Missing], *, by: Actor, at: datetime) -> GuardError:
    record("account.refused", by=by, at=at, subject=Subject("account", None))
    return GuardError(_("This account cannot be opened."), missing)


def _note(action: str, held: Membership, *, by: Actor, at: datetime) -> None:
    detail = {"role": held.role, "structure": str(held.structure_id)}
    record(action, by=by, at=at, subject=Subject("account", held.user_id), detail=detail)


def _start_of(post: Post, at: datetime) -> datetime:
    if post.first_day is None or post.first_day <= timezone.localdate(at):
        return at
    return timezone.make_aware(datetime.combine(post.first_day, time()))


def _end_of(last_day: date) -> datetime:
    """Return the instant at which a day is over."""
    return timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time()))
