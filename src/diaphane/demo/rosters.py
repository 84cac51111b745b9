"""The duty of the fictitious imageurs, and the hours of the rooms."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from diaphane.accounts.models import User
from diaphane.kernel.actors import Actor
from diaphane.organisations.models import Day, Room, Structure
from diaphane.rosters.models import Shift
from diaphane.rosters.operations import ShiftTerms, add_shift
from diaphane.scheduling.models import RoomHours

from .people import PEOPLE

_DAYS = 20
"""After them the roster of the demo has holes, for its administrator to see."""
_NIGHT = (("ines.marchal", ("fr", "en")), ("maud.riquet", ("fr", "es")))
_DAY = (("paul.osterman", ("fr", "de")),)


def make_rosters(keeper: Actor, *, at: datetime) -> None:
    """Put somebody on duty from this morning on, and a second line at night; once."""
    if Shift.objects.exists():
        return
    today = timezone.make_aware(datetime.combine(timezone.localdate(at), time(8)))
    for ahead in range(-1, _DAYS):
        morning = today + timedelta(days=ahead)
        first, second = _NIGHT if ahead % 2 == 0 else _NIGHT[::-1]
        evening, next_morning = morning + timedelta(hours=10), morning + timedelta(days=1)
        _add(_DAY[0], Shift.Kind.ON_SITE, morning, evening, keeper, at)
        _add(first, Shift.Kind.ON_CALL, evening, next_morning, keeper, at)
        _add(second, Shift.Kind.SECOND_LINE, evening, next_morning, keeper, at)


def open_rooms(site: Structure) -> None:
    """Let the rooms of a site take appointments on working days; emergencies at every hour."""
    for room in Room.objects.filter(structure=site, hours=None):
        RoomHours.objects.bulk_create(
            RoomHours(room=room, day=day, opens=time(7, 30), closes=time(19))
            for day in (Day.MONDAY, Day.TUESDAY, Day.WEDNESDAY, Day.THURSDAY, Day.FRIDAY, Day.SATURDAY)
        )


def _add(
    person: tuple[str, tuple[str, ...]],
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    keeper: Actor,
    at: datetime,
) -> None:
    if ends_at <= at:
        return
    key, languages = person
    email = next(each.email for each in PEOPLE if each.key == key)
    user = User.objects.get(email=email)
    phone = user.professional.phone
    add_shift(
        terms=ShiftTerms(user.pk, kind, starts_at, ends_at, phone, languages=languages), by=keeper, at=at
    )
