"""Print a paper as a tagged, archivable PDF (PDF/A-2a and PDF/UA-1), with the equipment where it lists it."""

from datetime import date, datetime
from functools import cache
from importlib import resources

from django.utils import timezone

from diaphane.organisations.models import Paper, PaperKind, PaperState
from diaphane.organisations.papers.equipping import EquipmentLine, stand_equipment
from diaphane.organisations.papers.kinds import KINDS
from diaphane.organisations.papers.laying_out import lay_out
from diaphane.reporting.document.payload import Payload
from diaphane.reporting.document.rendering import print_page
from diaphane.reporting.document.typography import format_date, typeset_french


def print_paper(paper: Paper) -> bytes:
    """Return the PDF of a version, as it stands today; a paper is written in French."""
    return print_page(_template(), name="paper", payload=build_payload(paper), at=_dated(paper))


def build_payload(paper: Paper) -> Payload:
    """Return what the page lays out, in reading order."""
    kind, today = PaperKind(paper.kind), timezone.localdate()
    lists = stand_equipment(paper.site_id, on=today) if kind is PaperKind.EQUIPMENT else []
    return {
        "title": typeset_french(str(kind.label)),
        "site": typeset_french(paper.site.name),
        "version": f"Version {paper.version}",
        "author": typeset_french(paper.written_by_label),
        "requirements": ", ".join(KINDS[kind].requirements),
        "facts": [[label, typeset_french(value)] for label, value in _list_facts(paper)],
        "warning": "" if paper.holds(today) else typeset_french(_warn(paper)),
        "blocks": [
            {"kind": each.kind, "lines": [typeset_french(line) for line in each.lines]}
            for each in lay_out(paper.body)
        ],
        "equipment": [_write_line(each) for each in lists],
        "printed": f"Imprimé le {format_date(today)}",
    }


def _list_facts(paper: Paper) -> list[tuple[str, str]]:
    facts = [("Écrit par", f"{paper.written_by_label}, le {_day(timezone.localdate(paper.written_at))}")]
    if paper.approved_at and paper.in_force_from and paper.expires_on:
        facts.append(("Approuvé par", f"{paper.approved_by_label}, le {_day(paper.in_force_from)}"))
        facts.append(("En vigueur jusqu’au", _day(paper.expires_on)))
    return facts


def _warn(paper: Paper) -> str:
    if paper.state == PaperState.WRITTEN:
        return "Cette version n’est pas approuvée : elle n’est pas en vigueur."
    if paper.state == PaperState.WITHDRAWN:
        return f"Cette version est retirée : {paper.withdrawn_reason}"
    return "Cette version n’est plus en vigueur."


def _write_line(line: EquipmentLine) -> list[str]:
    last = line.last
    return [
        typeset_french(each)
        for each in (
            line.equipment.name,
            " · ".join(word for word in (line.equipment.reference, line.equipment.place) if word),
            f"{_day(last.done_on)}, {last.checker}" if last else "Aucun",
            _day(last.next_on) if last else "–",
            str(line.words),
        )
    ]


def _day(day: date) -> str:
    return format_date(day)


def _dated(paper: Paper) -> datetime:
    return paper.approved_at or paper.written_at


@cache
def _template() -> bytes:
    return resources.files(__package__).joinpath("paper.typ").read_bytes()
