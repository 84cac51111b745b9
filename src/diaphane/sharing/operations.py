"""Show a study to a colleague outside, and close what was opened (R42, R43, CSP L1110-4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note, open_duty, settle_duties
from diaphane.consents.models import Consent, Objection
from diaphane.consents.queries import get_consent, has_objected
from diaphane.imaging.models import Study
from diaphane.imaging.priors import list_priors
from diaphane.imaging.quarantine_models import not_doubted
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may

from .keys import hash_code, make_code
from .models import SharedLink
from .terms import Recipient, Terms, list_missing

PATIENT_TOLD_OF_LINK = "sharing.patient_told"
TELL_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Sent:
    """A link as it was made, and its code, which nobody can read again."""

    link: SharedLink
    code: str


def share_study(
    *, link_id: UUID, act: Act, study: Study, recipient: Recipient, terms: Terms, by: Actor, at: datetime
) -> Sent:
    """Make a link, have its mail sent, and return its code, once.

    ``link_id`` is drawn with the form: sending the same form again makes no second link.

    Raises:
        NotAllowedError: another role, an act that is not open to this actor, or images that are not its.
        GuardError: something is missing; first of all, the patient's agreement.
        ConflictError: this form was sent already.
    """
    _require_sharer(act, by)
    if study.act_id != act.pk and not list_priors(act).filter(study=study).exists():
        raise NotAllowedError(_("These images are not those of this exam."))
    missing = (
        list_missing(recipient, terms, is_own_study=study.act_id == act.pk)
        + _list_refused(act)
        + _list_objections(act)
        + _list_doubts(study)
    )
    if missing:
        raise GuardError(_("This link cannot be made yet."), missing)
    code = make_code()
    try:
        with transaction.atomic():
            link = _write_link(link_id, act, study, recipient, terms, code, by, at)
            note(act, "link.created", subject_type="link", subject_id=link.pk, by=by, at=at)
            _owe_telling(link, by, at)
            _defer_mail(link)
    except IntegrityError as error:
        raise ConflictError(
            _("This link was already made; its code is shown once. If it is lost, revoke it, make another.")
        ) from error
    return Sent(link, code)


def revoke_link(*, link: SharedLink, by: Actor, at: datetime) -> None:
    """Close a link at once, for those who are reading too; its sender or a colleague of the act may.

    Raises:
        NotAllowedError: another role, or an act that is not open to this actor.
        ConflictError: it was revoked already.
    """
    _require_sharer(link.act, by)
    with transaction.atomic():
        still = SharedLink.objects.filter(pk=link.pk, revoked_at=None)
        if not still.update(revoked_at=at, revoked_by_label=by.label):
            raise ConflictError(_("This link was already revoked."))
        note(link.act, "link.revoked", subject_type="link", subject_id=link.pk, by=by, at=at)


def close_links_of(*, patient_id: UUID, at: datetime) -> int:
    """Close every link to a patient's images because they object to it, and return how many (R62)."""
    with transaction.atomic():
        links = SharedLink.objects.select_for_update(of=("self",)).select_related("act")
        still = list(links.filter(act__patient_id=patient_id, revoked_at=None, expires_at__gt=at))
        for link in still:
            link.revoked_at, link.revoked_by_label = at, SYSTEM.label
            link.save(update_fields=["revoked_at", "revoked_by_label"])
            note(link.act, "link.revoked", subject_type="link", subject_id=link.pk, by=SYSTEM, at=at)
    return len(still)


def record_told_of_link(*, act: Act, by: Actor, at: datetime) -> None:
    """Record that a patient who could not be asked was told since of what was shown (R59).

    Raises:
        NotAllowedError: another role, or an act that is not open to this actor.
    """
    _require_sharer(act, by)
    with transaction.atomic():
        settle_duties(act, PATIENT_TOLD_OF_LINK, by=by, at=at)


def _require_sharer(act: Act, by: Actor) -> None:
    if not may(by, "study.share") or not Act.objects.visible_to(by).filter(pk=act.pk).exists():
        raise NotAllowedError(_("This exam is not open to you, or your role does not show it to others."))


def _list_refused(act: Act) -> list[Missing]:
    """Say when the patient has refused the reading at a distance: that answer counts here too (R60)."""
    answer = get_consent(act, Consent.Subject.DISTANCE)
    if answer is None or answer.outcome != Consent.Outcome.REFUSED:
        return []
    who = _("Those who are with the patient")
    return [Missing("R57", _("The patient refused the reading at a distance: ask them again"), who)]


def _list_objections(act: Act) -> list[Missing]:
    """Say when the patient objects to being shown outside their care team: they alone decide (R62)."""
    if not has_objected(act.patient_id, Objection.Kind.OUTSIDE):
        return []
    what = _("The patient objects to showing their images outside the care team")
    return [Missing("R62", what, _("The patient, who may withdraw their objection"))]


def _list_doubts(study: Study) -> list[Missing]:
    """Say when somebody doubts that the images are this patient's: nobody else is shown them (R40)."""
    if Study.objects.filter(not_doubted(), pk=study.pk).exists():
        return []
    who = _("A technologist of the site, or a radiologist of the exam")
    return [Missing("R40", _("These images are in quarantine: the doubt is settled first"), who)]


def _write_link(
    link_id: UUID,
    act: Act,
    study: Study,
    recipient: Recipient,
    terms: Terms,
    code: str,
    by: Actor,
    at: datetime,
) -> SharedLink:
    return SharedLink.objects.create(
        id=link_id,
        act=act,
        study=study,
        created_at=at,
        expires_at=at + timedelta(hours=terms.hours),
        sender_id=by.id,
        sender_label=by.label,
        sender_structure=by.structure_label,
        recipient_name=recipient.name.strip(),
        recipient_profession=recipient.profession.strip(),
        recipient_structure=recipient.structure.strip(),
        recipient_email=recipient.email.strip(),
        purpose=terms.purpose.strip(),
        with_report=terms.with_report,
        agreement=terms.agreement,
        code_hash=hash_code(code),
    )


def _owe_telling(link: SharedLink, by: Actor, at: datetime) -> None:
    if link.agreement != SharedLink.Agreement.IMPOSSIBLE:
        return
    open_duty(
        link.act,
        requirement="R59",
        guard=PATIENT_TOLD_OF_LINK,
        owner=Role.REQUESTING_PHYSICIAN,
        due_at=at + TELL_WITHIN,
        by=by,
        at=at,
    )


def _defer_mail(link: SharedLink) -> None:
    from .jobs import mail_link_soon  # jobs import this module

    mail_link_soon.defer(link_id=str(link.pk))
