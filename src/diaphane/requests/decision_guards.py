"""What the imageur writes when the decision is not the one that was asked for (R69, R73, R75)."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import Missing
from diaphane.kernel.transitions import Guard

from .models import ExamRequest

_IMAGEUR = _("The radiologist")


def _urgency_explained(request: ExamRequest, by: Actor) -> Missing | None:
    if not request.is_downgraded or request.urgency_words.strip():
        return None
    return Missing(
        "R73", _("Why the urgency granted is lower than the one asked for"), _IMAGEUR, field="urgency_words"
    )


def _other_way_owned(request: ExamRequest, by: Actor) -> Missing | None:
    if request.refusal_motive != ExamRequest.Motive.NOT_FEASIBLE:
        return None
    fields = {
        "other_way": _("Which other way is taken"),
        "other_way_owner": _("Who sees to the other way, by name"),
    }
    found = [
        Missing("R75", label, _IMAGEUR, field=field)
        for field, label in fields.items()
        if not getattr(request, field).strip()
    ]
    return replace(found[0], others=tuple(found[1:])) if found else None


def _performer_decides(request: ExamRequest, by: Actor) -> Missing | None:
    replaced = request.substitution
    if replaced is None or replaced.is_agreed or replaced.performer_words.strip():
        return None
    return Missing(
        "R69",
        _("Why this exam is made without the agreement of the requesting physician"),
        _IMAGEUR,
        field="performer_words",
    )


URGENCY_EXPLAINED = Guard(
    "R73", "request.urgency_explained", _("A lower urgency has its words"), _urgency_explained
)
OTHER_WAY_OWNED = Guard(
    "R75",
    "request.other_way_owned",
    _("What is not feasible at a distance has another way, and a name that sees to it"),
    _other_way_owned,
)
PERFORMER_DECIDES = Guard(
    "R69",
    "request.performer_decides",
    _("Another exam is agreed upon, or the performer decides in writing"),
    _performer_decides,
)
