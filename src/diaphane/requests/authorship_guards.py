"""Whose request leaves: confirmed by its prescriber or signed on paper, an intern's under a senior (R64)."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import Missing
from diaphane.kernel.transitions import Guard
from diaphane.organisations.physicians import is_intern

from .attachment_models import Attachment
from .models import ExamRequest

_SECRETARY = _("The medical secretary")


def _own_draft(request: ExamRequest, by: Actor) -> Missing | None:
    if request.transcriber_id is not None or by.role is not Role.SECRETARY:
        return None
    return Missing("R64", _("A physician began this request: it is theirs to write."), request.author_label)


def _prescribed(request: ExamRequest, by: Actor) -> Missing | None:
    if request.transcriber_id is None:
        return _own_draft(request, by)
    if not request.has_prescriber:
        return Missing("R64", _("In whose name the request is typed"), _SECRETARY, field="prescriber")
    if by.id == request.author_id:
        return None
    if request.act.is_vital:
        what = _("A vital emergency: the prescriber sends it, or a flash request")
        return Missing("R64", what, request.author_label)
    if request.standing_attachments.filter(kind=Attachment.Kind.PRESCRIPTION).exists():
        return None
    what = _("The prescriber’s confirmation, or the scan of the signed prescription among the documents")
    return Missing("R64", what, request.author_label)


def _supervised(request: ExamRequest, by: Actor) -> Missing | None:
    site_id = request.act.requesting_site_id
    if request.supervisor_id is not None or not is_intern(request.author_id, site_id):
        return None
    what = _("The senior physician who supervises the intern")
    return Missing("R64", what, request.author_label, field="supervisor")


PRESCRIBED = Guard(
    "R64",
    "request.prescribed",
    _("What a secretary types is confirmed by its prescriber, or signed on paper"),
    _prescribed,
)
SUPERVISED = Guard(
    "R64",
    "request.supervised",
    _("An intern names the senior who supervises"),
    _supervised,
    yields_to_vital=True,
)
