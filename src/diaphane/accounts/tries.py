"""Slow guessing down without shutting anybody out (R39, R46).

A try counts against who is tried *from here*, against this address, and against who is tried from anywhere.
After a few in vain each next one waits longer, up to some minutes; none of them closes an account. A browser
in which the account has logged in before counts for itself alone, so that a stranger, whatever they do, does
not make its owner wait there; and a passkey, which cannot be guessed, never waits.

What is typed counts whether an account exists or not: a wait tells nobody which.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import SYSTEM
from diaphane.kernel.origin import find_neighbourhood

from .devices import is_known_device, read_device
from .models import FailedTries, User
from .operations import digest_of

FORGOTTEN_AFTER = timedelta(hours=1)
KEPT_FOR = timedelta(days=1)
FIRST_WAIT = timedelta(seconds=5)


@dataclass(frozen=True)
class Way:
    """One way in: its kind, its name, how many vain tries are free, and the longest wait."""

    kind: str
    name: str
    free: int
    longest: timedelta

    @property
    def digest(self) -> str:
        """Return the name under which it is kept."""
        return digest_of(f"{self.kind}:{self.name}")

    def wait_after(self, count: int) -> timedelta:
        """Return how long the next try waits: nothing at first, then twice as long each time."""
        if count <= self.free:
            return timedelta(0)
        return min(FIRST_WAIT * (1 << min(count - self.free - 1, 12)), self.longest)


def list_ways(request: HttpRequest, *, email: str, step: str) -> tuple[Way, ...]:
    """List what a try counts against; ``step`` tells passwords from codes."""
    name = f"{step}:{email.strip().lower()}"
    if is_known_device(request, email):
        return (Way("device", f"{name}:{read_device(request)}", 4, timedelta(minutes=15)),)
    address = find_neighbourhood()
    return (
        Way("pair", f"{name}:{address}", 4, timedelta(minutes=15)),
        Way("account", name, 20, timedelta(minutes=15)),
        Way("address", f"{step}:{address}", 60, timedelta(minutes=5)),
    )


def note_refused_passkey(*, at: datetime) -> None:
    """Trace a passkey that opened nothing; a flood of them from one address is traced ever more rarely."""
    way = Way("address", f"passkey:{find_neighbourhood()}", 20, timedelta(minutes=15))
    if not take_try((way,), at=at):
        record("login.passkey_refused", by=SYSTEM, at=at, subject=Subject("account", None))


def take_try(ways: tuple[Way, ...], *, at: datetime) -> timedelta:
    """Count a try before it is looked at, and return zero; or return how long it must wait, uncounted.

    Counted first, so that many at once are not all looked at before one of them has failed.
    """
    with transaction.atomic():
        held = [_hold(way, at) for way in sorted(ways, key=lambda each: each.digest)]
        wait = max((each.closed_until - at for _way, each in held), default=timedelta(0))
        if wait > timedelta(0):
            return wait
        for way, tries in held:
            tries.count, tries.last_at = tries.count + 1, at
            tries.closed_until = at + way.wait_after(tries.count)
            tries.save()
    return timedelta(0)


def note_failure(ways: tuple[Way, ...], *, at: datetime, account: User | None) -> None:
    """Write in the trail which ways wait from now on: once per wait, not per refused try."""
    kinds = {way.digest: way.kind for way in ways}
    subject = Subject("account", account.pk if account else None)
    for tries in FailedTries.objects.filter(pk__in=kinds, closed_until__gt=at).order_by("pk"):
        seconds = round((tries.closed_until - at).total_seconds())
        detail: dict[str, str | int | bool] = {
            "way": kinds[tries.pk],
            "tries": tries.count,
            "seconds": seconds,
        }
        record("login.slowed", by=SYSTEM, at=at, subject=subject, detail=detail)


def give_back(ways: tuple[Way, ...], *, at: datetime) -> None:
    """Take back a try that was right: its own way is as new, the shared ones lose this one alone.

    Else a stranger would wipe the count of an address by logging in to an account of their own.
    """
    for way in ways:
        tries = FailedTries.objects.filter(pk=way.digest)
        if way.kind in {"device", "pair"}:
            tries.delete()
        else:
            tries.filter(count__gt=0).update(count=F("count") - 1, closed_until=at)


def forget_old_tries(*, at: datetime) -> int:
    """Throw out what nobody has tried for a day; return how many ways."""
    return FailedTries.objects.filter(last_at__lt=at - KEPT_FOR).delete()[0]


def _hold(way: Way, at: datetime) -> tuple[Way, FailedTries]:
    fresh = {"last_at": at, "closed_until": at}
    tries, _is_new = FailedTries.objects.select_for_update().get_or_create(pk=way.digest, defaults=fresh)
    if tries.last_at < at - FORGOTTEN_AFTER:
        tries.count = 0
    return way, tries
