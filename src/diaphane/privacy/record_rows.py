"""Every row of a person's record, whichever context holds it, in the order in which they can go (R37).

Foreign keys are walked from the patient, as a merge walks them, and never up: what is somebody else's, or a
structure's, is not reached. References by UUID alone are named. A test walks the register: a table of the
record that is not reached fails it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import ForeignObjectRel, Model, Q, QuerySet

from diaphane.access.models import Grant
from diaphane.accounts.models import AccessSheet
from diaphane.acts.models import Act, OtherLookReview
from diaphane.events.models import Event
from diaphane.imaging.models import GatewayReport, Instance, Move, Reconciliation, Study
from diaphane.patients.models import Patient, RelatedPerson, Relationship
from diaphane.patients.queries import list_identities
from diaphane.reporting.models import Report
from diaphane.requests.models import Attachment

from .erasure_models import Erasure
from .export_models import DataExport

FILES = (
    (Instance, "storage_key"),
    (Reconciliation, "storage_key"),
    (Report, "pdf_key"),
    (Attachment, "document_key"),
)
"""What names a file of the store, besides the copies of a person's data."""
Condition = dict[str, tuple[UUID, ...] | tuple[str, ...]]


@dataclass(frozen=True)
class Record:
    """One person's record: their identities, those merged into them included, their exams and studies.

    ``people`` stand for these identities alone: who stands for somebody else too stays.
    """

    patients: tuple[UUID, ...]
    acts: tuple[UUID, ...]
    studies: tuple[UUID, ...]
    people: tuple[UUID, ...]
    study_uids: tuple[str, ...]

    def iter_rows(self) -> Iterator[QuerySet[Model]]:
        """Yield the rows of each table: what points to others first, patients last."""
        for root, condition in self._list_roots():
            for model, paths in _walk(root).items():
                found = reduce(or_, (_below(path, condition) for path in paths))
                yield model._base_manager.filter(found)

    def iter_keys(self) -> Iterator[str]:
        """Yield the key of each file of the store that is the record's alone."""
        rows = {found.model: found for found in self.iter_rows()}
        for model, column in (*FILES, (DataExport, "storage_key")):
            keys = rows[model].exclude(**{column: ""}).order_by().values_list(column, flat=True)
            yield from (str(key) for key in keys.iterator(1000))

    def _list_roots(self) -> tuple[tuple[type[Model], Condition], ...]:
        return (
            (Event, {"act_id__in": self.acts, "subject_id__in": self.patients}),
            (Grant, {"act_id__in": self.acts, "holder_id__in": self.patients}),
            (Move, {"study_id__in": self.studies}),
            (GatewayReport, {"study_instance_uid__in": self.study_uids}),
            (OtherLookReview, {"patient_id__in": self.patients}),
            (AccessSheet, {"patient_id__in": self.patients}),
            (RelatedPerson, {"pk__in": self.people}),
            (Patient, {"pk__in": self.patients}),
        )


def get_record(patient_id: UUID) -> Record:
    """Return the record of a patient, with the identities that were merged into theirs."""
    patients = list_identities(patient_id)
    acts = dict(Act.objects.filter(patient__in=patients).values_list("pk", "study_instance_uid"))
    studies = dict(Study.objects.filter(act__in=list(acts)).values_list("pk", "study_instance_uid"))
    uids = {*acts.values(), *studies.values()}
    return Record(tuple(patients), tuple(acts), tuple(studies), _list_people(patients), tuple(uids))


def _list_people(patients: list[UUID]) -> tuple[UUID, ...]:
    bonds = Relationship.objects.order_by()
    others = bonds.exclude(patient__in=patients).values("person_id")
    people = bonds.filter(patient__in=patients).exclude(person__in=others)
    return tuple(people.values_list("person_id", flat=True).distinct())


def _walk(model: type[Model]) -> dict[type[Model], set[str]]:
    """Return each table below one, deepest first, with the ways up from it to the root."""
    reached: dict[type[Model], set[str]] = {}
    for child, name in _list_children(model):
        for below, paths in _walk(child).items():
            ways = {f"{path}__{name}" if path else name for path in paths}
            reached.setdefault(below, set()).update(ways)
    reached[model] = reached.pop(model, set()) | {""}
    return reached


def _list_children(model: type[Model]) -> Iterator[tuple[type[Model], str]]:
    for relation in model._meta.get_fields(include_hidden=True):  # those without a name to go back, too
        if not isinstance(relation, ForeignObjectRel):
            continue
        child = relation.related_model
        if isinstance(child, type) and child is not model and child is not Erasure:
            yield child, relation.field.name


def _below(path: str, condition: Condition) -> Q:
    prefix = f"{path}__" if path else ""
    return reduce(or_, (Q(**{f"{prefix}{lookup}": ids}) for lookup, ids in condition.items()))
