"""ADT messages: who the patient is, as the hospital says it (HL7 v2.5 §3.3, French PAM profile)."""

from dataclasses import dataclass
from datetime import date, datetime

from .message import Message, Segment, read_day, read_instant, read_message
from .profile import Profile
from .refusals import Reason, RefusedMessageError

EVENTS = frozenset({"A01", "A04", "A08", "A40"})
MERGE = "A40"
_LONGEST_ID = 199
_SEXES = {"F": "F", "M": "M"}


@dataclass(frozen=True)
class Header:
    """Who sends what, under which number, and in which characters it wants the answer."""

    application: str = ""
    facility: str = ""
    sent_at: datetime | None = None
    type: str = ""
    event: str = ""
    control_id: str = ""
    processing: str = ""
    charset: str = "utf-8"


@dataclass(frozen=True)
class Identifier:
    """One number of PID-3 or MRG-1, with who gave it: a namespace, an OID, or both."""

    value: str
    namespace: str
    oid: str
    kind: str

    def is_from(self, authority: str) -> bool:
        """Say whether an authority, named by its namespace or its OID, gave this number."""
        return authority in {self.namespace, self.oid}


@dataclass(frozen=True)
class Person:
    """What PID says of somebody; what it does not say is empty, and changes nothing."""

    identifiers: tuple[Identifier, ...]
    birth_name: str = ""
    used_name: str = ""
    first_names: str = ""
    birth_date: date | None = None
    sex: str = ""
    birth_place_code: str = ""
    phone: str = ""
    deceased_on: date | None = None
    is_dead: bool = False
    reliability: str = ""


@dataclass(frozen=True)
class Adt:
    """One message: its header, the person, and for a merge the numbers that disappear (MRG-1)."""

    header: Header
    person: Person
    prior: tuple[Identifier, ...] = ()


def read_header(message: Message) -> Header:
    """Read MSH; what is absent is empty: who answers must be able to."""
    msh = message.require("MSH")
    return Header(
        application=msh.text(3),
        facility=msh.text(4),
        sent_at=read_instant(msh.text(7)),
        type=msh.text(9, 1),
        event=msh.text(9, 2),
        control_id=msh.text(10),
        processing=msh.text(11),
        charset=message.charset,
    )


def require_wanted(header: Header) -> None:
    """Refuse what is no ADT of ours, or is no real message.

    Raises:
        RefusedMessageError: no number, another type, another event, or a training message.
    """
    if not header.control_id:
        raise RefusedMessageError(Reason.REQUIRED, "MSH^1^10")
    if len(header.control_id) > _LONGEST_ID:
        raise RefusedMessageError(Reason.TOO_LONG, "MSH^1^10")
    if header.type != "ADT":
        raise RefusedMessageError(Reason.TYPE, "MSH^1^9")
    if header.event not in EVENTS:
        raise RefusedMessageError(Reason.EVENT, "MSH^1^9")
    if header.processing != "P":
        raise RefusedMessageError(Reason.PROCESSING, "MSH^1^11")


def read_adt(content: bytes, profile: Profile) -> Adt:
    """Read an ADT message.

    Raises:
        RefusedMessageError: it is none of ours, or lacks who the patient is.
    """
    message = read_message(content)
    header = read_header(message)
    require_wanted(header)
    person = _read_person(message.require("PID"), profile)
    prior: tuple[Identifier, ...] = ()
    if header.event == MERGE:
        prior = _read_identifiers(message.require("MRG"), 1)
        if not prior:
            raise RefusedMessageError(Reason.REQUIRED, "MRG^1^1")
    return Adt(header, person, prior)


def _read_person(pid: Segment, profile: Profile) -> Person:
    identifiers = _read_identifiers(pid, 3)
    if not identifiers:
        raise RefusedMessageError(Reason.REQUIRED, "PID^1^3")
    birth_name, used_name, first_names = _read_names(pid, profile)
    return Person(
        identifiers=identifiers,
        birth_name=birth_name,
        used_name=used_name,
        first_names=first_names,
        birth_date=read_day(pid.text(7), "PID^1^7"),
        sex=_SEXES.get(pid.text(8).upper(), ""),
        birth_place_code=_read_birth_place(pid, profile),
        phone=pid.text(13, 12) or pid.text(13, 1),
        deceased_on=read_day(pid.text(29), "PID^1^29"),
        is_dead=pid.text(30).upper() == "Y",
        reliability=pid.text(32).upper(),
    )


def _read_identifiers(segment: Segment, number: int) -> tuple[Identifier, ...]:
    message, found = segment.message, []
    for each in segment.repetitions(number):
        authority = [*message.split(each, 4), "", ""]
        value = message.read(each, 1)
        if value:
            found.append(Identifier(value, authority[0], authority[1], message.read(each, 5).upper()))
    return tuple(found)


def _read_names(pid: Segment, profile: Profile) -> tuple[str, str, str]:
    """Return birth name, used name and given names; a list of these (XPN-3) goes before the first one."""
    message = pid.message
    by_type = {message.read(each, 7).upper(): each for each in reversed(pid.repetitions(5))}
    born = next((by_type[each] for each in profile.birth_name_types if each in by_type), [])
    used = next((by_type[each] for each in profile.used_name_types if each in by_type), [])
    names = born or used
    first, others = message.read(names, 2), message.read(names, 3).replace(",", " ")
    is_list = others.casefold().split()[:1] == first.casefold().split()[:1]
    given = " ".join((others if is_list else f"{first} {others}").split())
    birth_name = _family(message, born)
    used_name = _family(message, used)
    return birth_name, "" if used_name == birth_name else used_name, given


def _family(message: Message, name: list[str]) -> str:
    return message.split(name, 1)[0] if name else ""


def _read_birth_place(pid: Segment, profile: Profile) -> str:
    for each in pid.repetitions(11):
        if pid.message.read(each, 7).upper() == profile.birth_place_type:
            return pid.message.read(each, profile.birth_place_component)
    return ""
