"""The professional files and the conventions of the fictitious territory, with drawn documents."""

import io
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from PIL import Image, ImageDraw

from diaphane.kernel.actors import Actor
from diaphane.organisations.models import (
    Convention,
    ConventionSpan,
    ConventionState,
    Credential,
    Day,
    Structure,
)
from diaphane.organisations.proving import ALWAYS_ENDS, Proof, check_credential, deposit_credential
from diaphane.organisations.standings import OWED

YEAR = timedelta(days=365)
LASTS = timedelta(days=700)
"""How long the proofs of the territory run, so that an old demo still plays."""
_ISSUERS = {
    Credential.Kind.QUALIFICATION: "Université de la Haute-Lisière (fictive)",
    Credential.Kind.REGISTRATION: "Conseil de l’Ordre de la Haute-Lisière (fictif)",
    Credential.Kind.INSURANCE: "Mutuelle d’assurance Lisière (fictive)",
}
_MIDNIGHT, _MORNING, _EVENING = time(0), time(8), time(18)
_WEEK = tuple(Day)[:5]
NIGHTS = (
    *((day, _MIDNIGHT, _MORNING) for day in _WEEK),
    *((day, _EVENING, _MIDNIGHT) for day in _WEEK),
    *((day, _MIDNIGHT, _MIDNIGHT) for day in (Day.SATURDAY, Day.SUNDAY, Day.HOLIDAY)),
)
DAYS = tuple((day, _MORNING, _EVENING) for day in _WEEK)
"""Nights and days together are every hour: the tour is never closed."""


def bring_proofs(holder: Actor, *, checker: Actor, at: datetime, insurance_until: date | None = None) -> None:
    """Bring what a role owes and let an administrator check it; what was brought before stays."""
    for kind in OWED.get(holder.role, ()):
        if Credential.objects.filter(holder_id=holder.id, kind=kind).exists():
            continue
        proof = _write_proof(kind, timezone.localdate(at))
        brought = deposit_credential(proof=proof, document=draw_document(kind), by=holder, at=at)
        check_credential(credential_id=brought.pk, by=checker, at=at)
        if kind == Credential.Kind.INSURANCE and insurance_until:
            ends = {"issued_on": insurance_until - YEAR, "expires_on": insurance_until}
            Credential.objects.filter(pk=brought.pk).update(**ends)


def make_conventions(site: Structure, near: Structure, reader: Structure, *, at: datetime) -> None:
    """Write the conventions, once: days, nights, one at every hour, one over, one to sign."""
    today, both = timezone.localdate(at), ("CT", "MR")
    runs = (today - timedelta(days=90), today + LASTS)
    _convention("Téléimagerie 2026-01 : nuits, week-ends, fériés", site, reader, runs, both, NIGHTS)
    _convention("Téléimagerie 2026-03 : jours ouvrés", site, reader, runs, both, DAYS)
    _convention("Téléimagerie 2026-02", near, reader, runs, ("CT",))
    over = (today - timedelta(days=455), today - timedelta(days=91))
    _convention("Téléimagerie 2025", site, reader, over, both)
    _propose(site, reader, at)


def draw_document(kind: Credential.Kind) -> bytes:
    """Draw a page that says that it is fictitious."""
    page = Image.new("L", (620, 400), 255)
    pen = ImageDraw.Draw(page)
    pen.rectangle((20, 20, 600, 380), outline=120)
    pen.text((50, 60), "DOCUMENT FICTIF", fill=0)
    pen.text((50, 110), str(kind.value), fill=0)
    stream = io.BytesIO()
    page.save(stream, "PNG")
    return stream.getvalue()


def _write_proof(kind: Credential.Kind, today: date) -> Proof:
    issuer = _ISSUERS.get(kind, "Organisme de formation de la Lisière (fictif)")
    until = today + LASTS if kind in ALWAYS_ENDS else None
    return Proof(kind, "Fictif 2026", issuer, today - timedelta(days=60), until)


def _convention(
    reference: str,
    site: Structure,
    reader: Structure,
    runs: tuple[date, date],
    modalities: tuple[str, ...],
    spans: tuple[tuple[Day, time, time], ...] = (),
) -> None:
    convention, is_new = Convention.objects.get_or_create(
        reference=reference,
        requesting_site=site,
        reading_structure=reader,
        defaults={
            "valid_from": runs[0],
            "valid_until": runs[1],
            "modalities": list(modalities),
            "readers": [Convention.Reader.IMAGEUR.value],
            "state": ConventionState.AGREED,
            "proposed_by_structure_id": reader.pk,
            "proposed_by_label": "Nadia Ferrand",
            "accepted_by_label": "Bruno Kessel",
        },
    )
    if is_new:
        ConventionSpan.objects.bulk_create(
            ConventionSpan(convention=convention, day=day, opens=opens, closes=closes)
            for day, opens, closes in spans
        )


def _propose(site: Structure, reader: Structure, at: datetime) -> None:
    """Leave one convention that awaits the signature of the site."""
    today = timezone.localdate(at)
    Convention.objects.get_or_create(
        reference="Seconde lecture 2027-01",
        requesting_site=site,
        reading_structure=reader,
        defaults={
            "valid_from": today + timedelta(days=30),
            "valid_until": today + LASTS,
            "modalities": ["MR"],
            "readers": [Convention.Reader.SECOND_EXPERT.value],
            "proposed_by_structure_id": reader.pk,
            "proposed_by_label": "Nadia Ferrand",
            "proposed_at": at,
        },
    )
