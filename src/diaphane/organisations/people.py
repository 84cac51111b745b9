"""The people of a structure: what they have in order, and the number under which the nation knows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from diaphane.accounts.models import Professional, User
from diaphane.accounts.queries import get_professional
from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError, Missing, NotAllowedError
from diaphane.kernel.identifiers import is_phone_number, is_valid_rpps
from diaphane.kernel.rights import may
from diaphane.kernel.words import fold

from .models import Credential, Membership, MembershipQuerySet
from .queries import get_ground
from .standings import Point, Standing, weigh_points


@dataclass(frozen=True)
class Person:
    """Someone of a structure: their roles there, their national number, and how each point owed stands.

    ``posts`` are their roles with their dates, past and future ones too; ``roles`` those held now.
    """

    user: User
    posts: tuple[Membership, ...]
    roles: tuple[Role, ...]
    professional: Professional | None
    points: tuple[Point, ...]

    @property
    def rpps(self) -> str:
        """Return the national number, if it is known."""
        return self.professional.rpps if self.professional else ""

    @property
    def speciality(self) -> str:
        """Return the speciality or the profession, if it is known."""
        return self.professional.speciality if self.professional else ""

    @property
    def places(self) -> list[str]:
        """Return the structures where they work, or will."""
        return sorted({each.structure.name for each in self.posts if not each.has_ended_at(now())})

    @property
    def gaps(self) -> list[Point]:
        """Return what is not in order today."""
        return [each for each in self.points if not each.standing.is_good]

    @property
    def ending(self) -> list[Point]:
        """Return what expires soon."""
        return [each for each in self.points if each.standing is Standing.SOON]

    @property
    def standing(self) -> Standing:
        """Return the worst of it in one word."""
        if self.gaps:
            return self.gaps[0].standing
        return Standing.SOON if self.ending else Standing.IN_ORDER


def list_people(actor: Actor, *, on: date, words: str = "", role: str = "") -> list[Person]:
    """List the people of the actor's structure; each word is looked for in names and numbers.

    Who runs the platform sees everybody. Who has left is left out, who has not begun is not.
    """
    memberships = _on_ground(actor).unended().filter(user__is_active=True)
    wanted = memberships.filter(role=role) if role else memberships
    user_ids = list(wanted.values_list("user_id", flat=True))
    people = _gather(User.objects.filter(pk__in=user_ids), memberships, on)
    return [each for each in people if all(word in _words_of(each) for word in fold(words).split())]


def get_person(user_id: UUID, *, actor: Actor, on: date) -> Person:
    """Return someone of the actor's structure.

    Raises:
        User.DoesNotExist: nobody who works, or worked, there.
    """
    memberships = _on_ground(actor).filter(user_id=user_id)
    users = User.objects.filter(pk__in=memberships.values("user_id"))
    users.get()
    return _gather(users, memberships, on)[0]


def get_myself(actor: Actor, *, on: date) -> Person:
    """Return the actor as a person, with every role that they hold anywhere."""
    return _gather(User.objects.filter(pk=actor.id), Membership.objects.filter(user_id=actor.id), on)[0]


def _on_ground(actor: Actor) -> MembershipQuerySet:
    """Return the roles that an actor sees: of their structure, or of all (R41)."""
    if may(actor, "structure.any"):
        return Membership.objects.all()
    return Membership.objects.filter(structure_id=get_ground(actor))


def write_professional(
    *, user_id: UUID, rpps: str, speciality: str, phone: str, by: Actor, at: datetime
) -> Professional:
    """Write the RPPS, the speciality and the telephone of a person of the actor's structure (R18).

    One person, one RPPS, one account: the trail keeps that a second one was tried.

    Raises:
        NotAllowedError: no administrator.
        User.DoesNotExist: nobody of this structure.
        GuardError: a wrong key, or a number that another account has.
    """
    if not may(by, "people.register"):
        raise NotAllowedError(_("Only an administrator writes the number of a professional."))
    get_person(user_id, actor=by, on=at.date())
    subject = Subject("account", user_id)
    given = {"rpps": rpps.replace(" ", ""), "speciality": speciality.strip(), "phone": phone}
    if not (missing := _weigh_number(user_id, **given)):
        try:
            with transaction.atomic():
                professional, _is_new = Professional.objects.update_or_create(user_id=user_id, defaults=given)
                record("professional.written", by=by, at=at, subject=subject)
            return professional
        except IntegrityError:  # another account took the number meanwhile
            missing = _weigh_number(user_id, **given)
    record("professional.refused", by=by, at=at, subject=subject)
    raise GuardError(_("This cannot be written."), missing)


def _weigh_number(user_id: UUID, rpps: str, speciality: str, phone: str) -> list[Missing]:
    taken = Professional.objects.filter(rpps=rpps).exclude(user_id=user_id).exists()
    known = get_professional(user_id)
    gaps = (
        (_("An RPPS number of 11 digits, with its right key"), "rpps", is_valid_rpps(rpps)),
        (
            _("A number of their own: another account has this RPPS, and a person has one account"),
            "rpps",
            not taken,
        ),
        (
            _("The number that is on record: only the platform’s operator changes it"),
            "rpps",
            known is None or known.rpps == rpps,
        ),
        (_("A speciality, or a profession"), "speciality", bool(speciality.strip())),
        (_("A telephone number that can be dialled"), "phone", not phone or is_phone_number(phone)),
    )
    return [Missing("R18", what, _("You"), field=field) for what, field, holds in gaps if not holds]


def _gather(users: Iterable[User], memberships: MembershipQuerySet, on: date) -> list[Person]:
    found = list(users)
    ids = [each.pk for each in found]
    professionals = {each.user_id: each for each in Professional.objects.filter(user_id__in=ids)}
    brought = list(Credential.objects.filter(holder_id__in=ids))
    posts, at = list(memberships.select_related("structure")), now()
    people = []
    for user in found:
        of_user = tuple(each for each in posts if each.user_id == user.pk)
        roles = tuple(dict.fromkeys(Role(each.role) for each in of_user if each.is_held_at(at)))
        points = weigh_points(roles, [each for each in brought if each.holder_id == user.pk], on=on)
        people.append(Person(user, of_user, roles, professionals.get(user.pk), points))
    return sorted(people, key=lambda each: fold(each.user.name))


def _words_of(person: Person) -> str:
    roles = " ".join(str(role.label) for role in person.roles)
    return fold(f"{person.user.name} {person.rpps} {person.speciality} {roles}")
