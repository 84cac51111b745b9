"""Write, put away and use the templates of a site; a template fills what is blank, and nothing else."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import note
from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may

from .catalogue import CATALOGUE
from .models import ExamRequest, RequestState, RequestTemplate
from .own_drafts import require_own_draft

FILLED = ("exam_code", "question", "justification", "protocol_wishes")
"""What a template may hold of a request."""


def write_template(
    *, values: Mapping[str, str], replaces: RequestTemplate | None, by: Actor, at: datetime
) -> RequestTemplate:
    """Write a template of the actor's site; a changed one is a new line, and the former is put away.

    Raises:
        NotAllowedError: not a physician who asks for exams at a site.
        GuardError: no name, or an exam that is not read at a distance.
        ConflictError: another template has this name.
    """
    site_id = _require(by)
    name, exam = values["name"].strip(), CATALOGUE.get(values["exam_code"])
    missing = []
    if not name:
        missing.append(Missing("R65", _("The name of the template"), _("You"), field="name"))
    if exam is None or exam.refused_by:
        what = _("An exam that is read at a distance")
        missing.append(Missing("R65", what, _("You"), field="exam_code"))
    if missing:
        raise GuardError(_("This template cannot be kept."), missing)
    try:
        with transaction.atomic():
            if replaces is not None:
                archive_template(template=replaces, by=by, at=at)
            written = RequestTemplate.objects.create(
                site_id=site_id,
                name=name,
                written_by_id=by.id,
                written_by_label=by.label,
                written_at=at,
                **{each: values.get(each, "").strip() for each in FILLED},
            )
            record("template.written", by=by, at=at, subject=Subject("request_template", written.pk))
    except IntegrityError as error:
        raise ConflictError(_("Another template of the site has this name.")) from error
    return written


def archive_template(*, template: RequestTemplate, by: Actor, at: datetime) -> None:
    """Put a template away: requests begun from it keep their words.

    Raises:
        NotAllowedError: not a physician who asks for exams at a site.
        ConflictError: it is put away already.
    """
    _require(by)
    with transaction.atomic():
        if not RequestTemplate.objects.filter(pk=template.pk, archived_at=None).update(archived_at=at):
            raise ConflictError(_("This template was already put away."))
        record("template.archived", by=by, at=at, subject=Subject("request_template", template.pk))


def apply_template(
    *, request: ExamRequest, template: RequestTemplate, by: Actor, at: datetime
) -> ExamRequest:
    """Fill with a template what is blank in a draft; nothing that was typed is replaced.

    Raises:
        ConflictError: it is no longer a draft.
        NotAllowedError: a secretary, and a physician began it.
    """
    with transaction.atomic():
        held = ExamRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if held.state != RequestState.DRAFT:
            raise ConflictError(_("This request was already sent: it can no longer be changed."))
        require_own_draft(held, by)
        blanks = [each for each in FILLED if not getattr(held, each).strip()]
        for each in blanks:
            setattr(held, each, getattr(template, each))
        held.save(update_fields=blanks)
        kind = "request.template_applied"
        note(held.act, kind, subject_type="request", subject_id=held.pk, by=by, at=at)
    return held


def get_template(template_id: UUID, *, actor: Actor) -> RequestTemplate:
    """Return a template in use at the actor's site.

    Raises:
        RequestTemplate.DoesNotExist: unknown there, or put away.
    """
    return RequestTemplate.objects.visible_to(actor).in_use().get(pk=template_id)


def list_templates(actor: Actor) -> list[RequestTemplate]:
    """List the templates in use at the actor's site, by name."""
    return list(RequestTemplate.objects.visible_to(actor).in_use())


def _require(by: Actor) -> UUID:
    if by.structure_id is None or not may(by, "request.template"):
        raise NotAllowedError(_("Only the physicians of the site write its templates."))
    return by.structure_id
