"""Write a version of a paper, approve it, withdraw it, commit to it: each by a named person (R7–R17, R27)."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.events.operations import record_event
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.organisations.models import Paper, PaperKind, PaperPledge, Structure

from .force import find_in_force
from .kinds import KINDS, name_roles
from .starting import is_model
from .transitions import PAPER_TABLE


def write_paper(*, kind: PaperKind, body: str, by: Actor, at: datetime) -> Paper:
    """Write the next version of a paper of one's own site; it holds nothing before another approves it.

    Raises:
        NotAllowedError: the actor speaks for no site, or the role does not write this kind.
        GuardError: nothing is written, or the model was kept as it is.
    """
    terms = KINDS[kind]
    if not may(by, "paper.write") or by.structure_id is None or by.role not in terms.writers:
        raise NotAllowedError(
            _("This paper is written at its own site by: %(roles)s.") % {"roles": name_roles(terms.writers)}
        )
    text = body.replace("\r\n", "\n").strip()
    if not text or is_model(text):
        what = (
            _("The model adapted to your site: nothing marked “[à adapter” remains")
            if text
            else _("What the paper says")
        )
        missing = Missing(terms.requirement, what, _("You"), field="body")
        raise GuardError(_("This paper cannot be kept yet."), [missing])
    with transaction.atomic():
        site = Structure.objects.select_for_update().get(pk=by.structure_id)
        last = Paper.objects.filter(site=site, kind=kind).order_by("-version").first()
        paper = Paper.objects.create(
            site=site,
            kind=kind,
            version=last.version + 1 if last else 1,
            body=text,
            written_by_id=by.id,
            written_by_label=by.label,
            written_at=at,
        )
        _trace(paper, "write", by, at)
    return paper


def approve_paper(*, paper_id: UUID, by: Actor, at: datetime) -> Paper:
    """Approve, as another person, a version of one's own site: it holds from today (R17).

    Raises:
        Paper.DoesNotExist: not of the actor's site.
        GuardError, ConflictError, NotAllowedError: see ``TransitionTable.check``.
    """

    def fill(held: Paper) -> None:
        today = timezone.localdate(at)
        held.approved_by_id, held.approved_by_label, held.approved_at = by.id, by.label, at
        held.in_force_from = today
        held.expires_on = add_months(today, KINDS[PaperKind(held.kind)].holds_months)

    return _move("approve", paper_id, lambda held: None, fill, by=by, at=at)


def withdraw_paper(*, paper_id: UUID, reason: str, by: Actor, at: datetime) -> Paper:
    """Withdraw a version, with the reason; the approved one before counts again while it runs.

    Raises:
        Paper.DoesNotExist: not of the actor's site.
        GuardError, ConflictError, NotAllowedError: see ``TransitionTable.check``.
    """

    def explain(held: Paper) -> None:
        held.withdrawn_reason = reason.strip()

    def fill(held: Paper) -> None:
        held.withdrawn_by_label, held.withdrawn_at = by.label, at

    return _move("withdraw", paper_id, explain, fill, by=by, at=at)


def pledge_paper(*, paper_id: UUID, by: Actor, at: datetime) -> PaperPledge:
    """Say by name that one read the version in force and commits to it (R27).

    Raises:
        Paper.DoesNotExist: not open to the actor.
        ConflictError: it is not in force, is no charter, or one said so already.
    """
    paper = Paper.objects.visible_to(by).get(pk=paper_id)
    kind = PaperKind(paper.kind)
    current = find_in_force(paper.site_id, kind, on=timezone.localdate(at))
    if not may(by, "paper.pledge") or not KINDS[kind].is_pledged or current != paper:
        raise ConflictError(_("One commits to the version in force of a charter."))
    try:
        with transaction.atomic():
            pledge = PaperPledge.objects.create(
                paper=paper, person_id=by.id, person_label=by.label, pledged_at=at
            )
            _trace(paper, "pledge", by, at)
    except IntegrityError as error:
        raise ConflictError(_("You committed to this version already.")) from error
    return pledge


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month when it has none such."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _move(
    name: str,
    paper_id: UUID,
    prepare: Callable[[Paper], None],
    fill: Callable[[Paper], None],
    *,
    by: Actor,
    at: datetime,
) -> Paper:
    with transaction.atomic():
        own = Paper.objects.visible_to(by).filter(site_id=by.structure_id)
        held = own.select_for_update(of=("self",)).get(pk=paper_id)
        prepare(held)
        held.state = PAPER_TABLE.check(held, name, by=by).transition.target
        fill(held)
        held.save()
        _trace(held, name, by, at)
    return held


def _trace(paper: Paper, name: str, by: Actor, at: datetime) -> None:
    kind = f"paper.{name}"
    detail: dict[str, str | int | bool] = {"kind": paper.kind, "version": paper.version}
    record(kind, by=by, at=at, subject=Subject("paper", paper.pk), detail=detail)
    record_event(kind=kind, subject_type="paper", subject_id=paper.pk, act_id=None, at=at)
