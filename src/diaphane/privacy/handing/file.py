"""Write the copy of a person's data as one ZIP: pages to read, a FHIR bundle, the signed documents (R38)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from django.template.loader import render_to_string
from django.utils.translation import override

from diaphane.media.zipping import ZippedFile, write_zip
from diaphane.organisations.documents import read_document
from diaphane.privacy.export_models import DataExport
from diaphane.reporting.queries import read_pdf

from .fhir import describe_act, describe_bundle, describe_people, describe_person
from .fhir_exam import name_document
from .fhir_request import name_attachment
from .gathering import HeldAct, Person, gather_person, iter_held_acts, list_held_act_ids
from .references import Resource

_STYLE = Path(__file__).with_name("style.css")


@contextmanager
def write_file(export: DataExport, *, at: datetime) -> Iterator[BinaryIO]:
    """Yield the written file, read from its beginning; how far it is shows on the export, exam by exam."""
    total = len(list_held_act_ids(export))
    _tell(export, done=0, total=total)
    with TemporaryFile() as file, override("fr"):
        for piece in write_zip(_list_files(export, at, total), at=at):
            file.write(piece)
        file.seek(0)
        yield cast(BinaryIO, file)


def _list_files(export: DataExport, at: datetime, total: int) -> Iterator[ZippedFile]:
    person = gather_person(export)
    entries: list[Resource] = [describe_person(person), *describe_people(person)]
    exams = []
    for done, held in enumerate(iter_held_acts(export), start=1):
        entries.extend(describe_act(held))
        names = [*map(name_document, held.reports), *map(name_attachment, held.attachments)]
        exams.append({"held": held, "documents": names})
        yield from _list_documents(held)
        yield from _list_attachments(held)
        _tell(export, done=done, total=total)
    yield _text(
        "donnees-fhir.json", json.dumps(describe_bundle(entries, at=at), ensure_ascii=False, indent=1)
    )
    yield _text("mes-donnees.html", _render(export, person, exams, at))
    yield _text("style.css", _STYLE.read_text(encoding="utf-8"))


def _list_documents(held: HeldAct) -> Iterator[ZippedFile]:
    for report in held.reports:
        content = read_pdf(report)
        yield ZippedFile(name_document(report), [content], len(content), is_deflated=False)


def _list_attachments(held: HeldAct) -> Iterator[ZippedFile]:
    for each in held.attachments:
        content = read_document(each.document_key, sha256=each.document_sha256)
        yield ZippedFile(name_attachment(each), [content], len(content), is_deflated=False)


def _render(export: DataExport, person: Person, exams: list[dict[str, object]], at: datetime) -> str:
    context = {"export": export, "person": person, "exams": exams, "at": at}
    return render_to_string("handing/record.html", context)


def _text(name: str, text: str) -> ZippedFile:
    content = text.encode()
    return ZippedFile(name, [content], len(content))


def _tell(export: DataExport, *, done: int, total: int) -> None:
    asked = DataExport.Status.ASKED
    DataExport.objects.filter(pk=export.pk).update(status=asked, done=done, total=total)
