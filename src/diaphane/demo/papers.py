"""The papers and the equipment of the fictitious territory: in force, but one, that a newcomer sees."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.organisations.models import Equipment, EquipmentCheck, Paper, PaperKind, PaperState, Structure
from diaphane.organisations.papers.starting import TO_ADAPT, read_starter

LASTS = timedelta(days=700)
"""How long the papers of the territory run, so that an old demo still plays."""
_FICTITIOUS = "Texte fictif du Territoire de la Haute-Lisière, pour la démonstration.\n\n"
_EQUIPMENT = (
    (Equipment.Kind.MODALITY, "Scanner 1", "Scanner fictif, n° S-0001", "Imagerie, salle 1", 320),
    (Equipment.Kind.MODALITY, "IRM 1", "IRM 1,5 T fictive, n° I-0001", "Imagerie, salle 2", 200),
    (Equipment.Kind.INJECTOR, "Injecteur du scanner", "Injecteur fictif, n° J-0007", "Imagerie, salle 1", 40),
    (Equipment.Kind.RESUSCITATION, "Chariot d’urgence", "", "Imagerie, couloir", 12),
    (Equipment.Kind.NETWORK, "Passerelle", "Passerelle fictive, n° P-0001", "Local technique", -6),
)
"""Each with the days left before its next check: one is late."""


def write_papers(site: Structure, *, author: Actor, approver: Actor, at: datetime) -> None:
    """Put every paper of a site in force, once."""
    _write(site, (author.id, author.label), (approver.id, approver.label), tuple(PaperKind), at)


def write_papers_but_one(site: Structure, *, at: datetime) -> None:
    """Put the papers of a site in force, once, but its degraded mode: its requests stay where they are."""
    kinds = tuple(kind for kind in PaperKind if kind is not PaperKind.DEGRADED)
    people = (uuid7(), "Cadre de Montbrézy"), (uuid7(), "Direction de Montbrézy")
    _write(site, *people, kinds, at)


def list_equipment(site: Structure, *, by: Actor, at: datetime) -> None:
    """List the equipment of a site, once, each piece with its last check."""
    today = timezone.localdate(at)
    for kind, name, reference, place, left in _EQUIPMENT:
        words = {"kind": kind, "reference": reference, "place": place, "listed_at": at}
        piece, is_new = Equipment.objects.get_or_create(site=site, name=name, defaults=words)
        if is_new:
            EquipmentCheck.objects.create(
                equipment=piece,
                done_on=today + timedelta(days=left - 365),
                next_on=today + timedelta(days=left),
                outcome=EquipmentCheck.Outcome.FIT,
                checker="Contrôle Lisière (fictif)",
                recorded_by_id=by.id,
                recorded_by_label=by.label,
                recorded_at=at,
            )


def _write(
    site: Structure,
    author: tuple[UUID, str],
    approver: tuple[UUID, str],
    kinds: tuple[PaperKind, ...],
    at: datetime,
) -> None:
    today = timezone.localdate(at)
    Paper.objects.bulk_create(
        (
            Paper(
                site=site,
                kind=kind,
                version=1,
                body=_adapt(kind),
                state=PaperState.APPROVED,
                written_by_id=author[0],
                written_by_label=author[1],
                written_at=at - timedelta(days=40),
                approved_by_id=approver[0],
                approved_by_label=approver[1],
                approved_at=at - timedelta(days=30),
                in_force_from=today - timedelta(days=30),
                expires_on=today + LASTS,
            )
            for kind in kinds
        ),
        ignore_conflicts=True,
    )


def _adapt(kind: PaperKind) -> str:
    """Return the model without what only a site can write."""
    lines = [line for line in read_starter(kind).splitlines() if TO_ADAPT not in line]
    return _FICTITIOUS + "\n".join(lines).strip()
