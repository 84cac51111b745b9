"""What leaves by its own time, without a decision: nobody's record, nothing that the law asks to keep (R37).

Each line says what goes, how long after what, and which rows that is. The trail of accesses goes by whole
signed days (``audit.trimming``); the records of patients only as somebody decides (``erasing``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from diaphane.accounts.models import EnrolmentCode, KnownDevice, ServiceToken, SignInLink
from diaphane.acquisition.models import LinkTest
from diaphane.acts.models import EmergencyAccess, LookReview, OtherLookReview
from diaphane.audit.operations import Subject, record
from diaphane.consents.models import Objection
from diaphane.delivery.models import EmergencyMail
from diaphane.imaging.models import GatewayAlert
from diaphane.kernel.actors import SYSTEM
from diaphane.patients.models import Watch
from diaphane.patients.queries import find_survivor, list_identities
from diaphane.rosters.models import HandOver, HandOverCase

from .breach_models import Breach
from .export_models import DataExport
from .hold_models import LegalHold

_YEAR = timedelta(days=366)
Find = Callable[[datetime], QuerySet[Model]]


@dataclass(frozen=True)
class Sweep:
    """One kind of rows that go by themselves: under which name, how long after what."""

    name: str
    label: Promise
    find: Find

    def count(self, at: datetime) -> int:
        """Return how many rows would go."""
        return self.find(at).count()


def _over(model: type[Model], field: str, lasts: timedelta, *further: Q, whose: str = "") -> Find:
    """Return what finds the rows whose instant ``field`` is that long past, but those of who is held."""

    def find(at: datetime) -> QuerySet[Model]:
        found = model._base_manager.filter(Q(**{f"{field}__lte": at - lasts}), *further)
        return found.exclude(**{f"{whose}__in": list_held_patients(at)}) if whose else found

    return find


SWEEPS: tuple[Sweep, ...] = (
    Sweep("sessions", _("Sessions that have ended"), _over(Session, "expire_date", timedelta(0))),
    Sweep(
        "links",
        _("Sign-in links of mails, 30 days after their end"),
        _over(SignInLink, "expires_at", timedelta(days=30)),
    ),
    Sweep(
        "devices",
        _("Known browsers, a year after they were last seen"),
        _over(KnownDevice, "last_seen_at", _YEAR),
    ),
    Sweep(
        "codes",
        _("Enrolment codes of gateways, a year after their end"),
        _over(EnrolmentCode, "expires_at", _YEAR),
    ),
    Sweep(
        "tokens",
        _("Tokens of machines, three years after they were revoked"),
        _over(ServiceToken, "revoked_at", 3 * _YEAR),
    ),
    Sweep(
        "link_tests",
        _("Tests of the link of a site, after three years"),
        _over(LinkTest, "tested_at", 3 * _YEAR),
    ),
    Sweep(
        "alerts",
        _("Alerts of gateways, a year after they were settled"),
        _over(GatewayAlert, "settled_at", _YEAR),
    ),
    Sweep(
        "emergency_mails",
        _("Notices of accesses in an emergency, after three years"),
        _over(EmergencyMail, "created_at", 3 * _YEAR, whose="access__act__patient"),
    ),
    Sweep(
        "emergencies",
        _("Accesses in an emergency, three years after their review"),
        _over(EmergencyAccess, "reviewed_at", 3 * _YEAR, Q(mails=None), whose="act__patient"),
    ),
    Sweep(
        "handed_cases",
        _("Cases handed over at the end of a shift, after three years"),
        _over(HandOverCase, "hand_over__proposed_at", 3 * _YEAR),
    ),
    Sweep(
        "hand_overs",
        _("Hand-overs and their words, after three years"),
        _over(HandOver, "proposed_at", 3 * _YEAR, Q(cases=None)),
    ),
    Sweep(
        "looks",
        _("Conclusions on looks that stood out, after three years"),
        _over(LookReview, "reviewed_at", 3 * _YEAR, whose="act__patient"),
    ),
    Sweep(
        "other_looks",
        _("Conclusions on looks outside any exam, after three years"),
        _over(OtherLookReview, "reviewed_at", 3 * _YEAR, whose="patient_id"),
    ),
    Sweep(
        "watches",
        _("Watches over a record, three years after their end"),
        _over(Watch, "ended_at", 3 * _YEAR, whose="patient"),
    ),
    Sweep(
        "exports",
        _("Requests for a copy of one’s data, after five years"),
        _over(DataExport, "asked_at", 5 * _YEAR, ~Q(status=DataExport.Status.READY)),
    ),
    Sweep(
        "objections",
        _("Objections, five years after they were withdrawn"),
        _over(Objection, "withdrawn_at", 5 * _YEAR),
    ),
    Sweep(
        "holds",
        _("Holds on a record, five years after they were lifted"),
        _over(LegalHold, "lifted_at", 5 * _YEAR),
    ),
    Sweep(
        "breaches",
        _("Files of breaches, five years after they were closed"),
        _over(Breach, "closed_at", 5 * _YEAR),
    ),
)


def sweep(*, at: datetime) -> dict[str, int]:
    """Let everything go whose own time is over; return how many rows of each kind, and trace it."""
    counts: dict[str, int] = {}
    with transaction.atomic():
        for each in SWEEPS:
            going = each.find(at)
            if count := going._raw_delete(going.db):
                counts[each.name] = count
        if counts:
            record("retention.swept", by=SYSTEM, at=at, subject=Subject("retention", None), detail=counts)
    return counts


def list_held_patients(at: datetime) -> set[UUID]:
    """List the patients whose record is held back, under each of their identities: its traces stay too."""
    held = LegalHold.objects.in_force(localdate(at)).select_related("patient")
    return {each for hold in held for each in list_identities(find_survivor(hold.patient).pk)}
