"""Write, approve and withdraw the protocols of a site, version after version (R69, R83)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.events.operations import record_event
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError, Text
from diaphane.kernel.rights import may
from diaphane.organisations.models import Convention, Structure

from .catalogue import CATALOGUE
from .protocol_models import SiteProtocol


@dataclass(frozen=True)
class ProtocolTerms:
    """What a version says."""

    exam_code: str
    title: str
    acquisition: str
    dose_target: str = ""
    needs_weight: bool = False
    product: str = ""
    ml_per_kg: Decimal | None = None
    most_ml: int | None = None
    rate_ml_s: Decimal | None = None
    route: str = ""
    is_standing: bool = False


def list_sites(actor: Actor) -> list[Structure]:
    """List the sites whose book an imageur may write: those that the imageur's structure reads for."""
    read = Convention.objects.visible_to(actor).filter(reading_structure_id=actor.structure_id)
    return list(Structure.objects.filter(pk__in=read.values("requesting_site_id")).order_by("name"))


def list_book(actor: Actor) -> QuerySet[SiteProtocol]:
    """List every version of every protocol open to an actor, by site and exam, the latest first."""
    found = SiteProtocol.objects.visible_to(actor).select_related("site")
    return found.order_by("site__name", "site_id", "exam_code", "title", "-version")


def get_protocol(protocol_id: UUID, *, actor: Actor) -> SiteProtocol:
    """Return one version.

    Raises:
        SiteProtocol.DoesNotExist: unknown, or of a site that is not the actor's.
    """
    return SiteProtocol.objects.visible_to(actor).select_related("site").get(pk=protocol_id)


def list_in_force(*, site_id: UUID, exam_code: str) -> list[SiteProtocol]:
    """List what an imageur may pick for an exam at a site: the last approved version of each protocol."""
    last: dict[str, SiteProtocol] = {}
    for each in SiteProtocol.objects.approved().filter(site_id=site_id, exam_code=exam_code):
        last.setdefault(each.title, each)  # the ordering gives the last version first
    return list(last.values())


def write_protocol(*, site_id: UUID, terms: ProtocolTerms, by: Actor, at: datetime) -> SiteProtocol:
    """Write the next version of a protocol; nobody picks it before it is approved.

    Raises:
        NotAllowedError: not an imageur, or of a structure that does not read for this site.
        GuardError: something is missing, or contrast without its route or its volume.
    """
    site = next((each for each in list_sites(by) if each.pk == site_id), None)
    if not may(by, "protocol.write") or site is None:
        raise NotAllowedError(_("The book of this site is written by the radiologists who read for it."))
    missing = _list_missing(terms)
    if missing:
        raise GuardError(_("This protocol is not complete."), missing)
    with transaction.atomic():
        Structure.objects.select_for_update().get(pk=site.pk)
        same = SiteProtocol.objects.filter(site=site, exam_code=terms.exam_code, title=terms.title.strip())
        last = same.order_by("-version").first()
        protocol = SiteProtocol.objects.create(
            **vars(terms) | {"title": terms.title.strip(), "acquisition": terms.acquisition.strip()},
            site=site,
            version=last.version + 1 if last else 1,
            written_by_id=by.id,
            written_by_label=by.label,
            written_at=at,
        )
        _trace(protocol, "protocol.written", by, at)
    return protocol


def approve_protocol(*, protocol: SiteProtocol, by: Actor, at: datetime) -> None:
    """Approve a version: imageurs may pick it from now on, and the earlier ones no longer.

    Raises:
        NotAllowedError: not an imageur.
        ConflictError: already approved, withdrawn, or an earlier version than one that is approved.
    """
    if not may(by, "protocol.approve"):
        raise NotAllowedError(_("A protocol is approved by a radiologist."))
    with transaction.atomic():
        held = SiteProtocol.objects.select_for_update(of=("self",)).get(pk=protocol.pk)
        later = SiteProtocol.objects.approved().filter(
            site_id=held.site_id, exam_code=held.exam_code, title=held.title, version__gt=held.version
        )
        if held.approved_at or held.withdrawn_at or later.exists():
            raise ConflictError(_("This version is no longer to be approved."))
        held.approved_by_id, held.approved_by_label, held.approved_at = by.id, by.label, at
        held.save(update_fields=["approved_by_id", "approved_by_label", "approved_at"])
        _trace(held, "protocol.approved", by, at)


def withdraw_protocol(*, protocol: SiteProtocol, by: Actor, at: datetime) -> None:
    """Take a version out of the book; what was made by it keeps its name. The one before counts again.

    Raises:
        NotAllowedError: not an imageur.
        ConflictError: already withdrawn.
    """
    if not may(by, "protocol.withdraw"):
        raise NotAllowedError(_("A protocol is withdrawn by a radiologist."))
    with transaction.atomic():
        changed = SiteProtocol.objects.filter(pk=protocol.pk, withdrawn_at=None).update(
            withdrawn_at=at, withdrawn_by_label=by.label
        )
        if not changed:
            raise ConflictError(_("This version was already withdrawn."))
        _trace(protocol, "protocol.withdrawn", by, at)


def _list_missing(terms: ProtocolTerms) -> list[Missing]:
    exam, found = CATALOGUE.get(terms.exam_code), []

    def lack(field: str, what: Text) -> None:
        found.append(Missing("R69", what, _("You"), field=field))

    if exam is None or exam.refused_by:
        lack("exam_code", _("An exam that is read at a distance"))
    if not terms.title.strip():
        lack("title", _("The name of the protocol"))
    if not terms.acquisition.strip():
        lack("acquisition", _("Its series and phases"))
    if terms.product.strip() and not terms.route:
        lack("route", _("By which way the contrast is given"))
    if terms.product.strip() and not (terms.ml_per_kg or terms.most_ml):
        lack("ml_per_kg", _("The volume: by kilogram, or the most"))
    if terms.is_standing and not terms.product.strip():
        lack("product", _("The product that the standing protocol lets inject"))
    return found


def _trace(protocol: SiteProtocol, kind: str, by: Actor, at: datetime) -> None:
    record(kind, by=by, at=at, subject=Subject("protocol", protocol.pk))
    record_event(kind=kind, subject_type="protocol", subject_id=protocol.pk, act_id=None, at=at)
