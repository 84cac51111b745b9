"""Say how each paper of a site stands on a day, and what an activity still lacks (R7, R8, R12, R15, R16)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.errors import Missing, Text
from diaphane.organisations.models import Paper, PaperKind, PaperState
from diaphane.organisations.standings import SOON, Standing

from .kinds import KINDS, Activity, Kind, list_gating, name_roles


@dataclass(frozen=True)
class PaperPoint:
    """One kind at one site: the version that counts, a later one to approve, how it stands, the days left."""

    kind: PaperKind
    standing: Standing
    paper: Paper | None
    awaiting: Paper | None
    days_left: int | None

    @property
    def terms(self) -> Kind:
        """Return what the table says of the kind."""
        return KINDS[self.kind]

    @property
    def label(self) -> Promise:
        """Return how it stands, in words."""
        return _LABELS.get(self.standing, self.standing.label)

    @property
    def tone(self) -> str:
        """Return the tone of its badge: what closes nothing stops nobody."""
        is_grave = bool(self.terms.gates) or self.standing.is_good
        return self.standing.tone if is_grave else "care"

    @property
    def words(self) -> Text:
        """Say what is the matter, in one sentence."""
        until = self.paper.expires_on if self.paper else None
        return _SENTENCES[self.standing] % {
            "kind": self.kind.label,
            "until": date_format(until, "j F Y") if until else "",
            "version": self.awaiting.version if self.awaiting else "",
        }

    @property
    def who(self) -> Text:
        """Say who can supply what is missing."""
        if self.standing is Standing.AWAITING:
            return _("At the site, another person than its author: %(roles)s") % {
                "roles": name_roles(self.terms.approvers)
            }
        return _("At the site: %(roles)s") % {"roles": name_roles(self.terms.writers)}

    def as_missing(self) -> Missing | None:
        """Return what a guard waits for; None when the paper is in force."""
        return None if self.standing.is_good else Missing(self.terms.requirement, self.words, self.who)


_LABELS = {
    Standing.IN_ORDER: _("In force"),
    Standing.AWAITING: _("To approve"),
    Standing.LACKING: _("Not written"),
}
_SENTENCES = {
    Standing.IN_ORDER: _("%(kind)s: in force until %(until)s"),
    Standing.SOON: _("%(kind)s: expires on %(until)s"),
    Standing.EXPIRED: _("%(kind)s: expired on %(until)s"),
    Standing.AWAITING: _("%(kind)s: version %(version)s awaits its approval"),
    Standing.LACKING: _("%(kind)s: no version in force"),
}


def weigh_paper(kind: PaperKind, papers: Sequence[Paper], *, on: date) -> PaperPoint:
    """Weigh one kind: the last approved version counts while it runs; a withdrawn one never does."""
    kept = sorted(
        (each for each in papers if each.state != PaperState.WITHDRAWN), key=lambda each: -each.version
    )
    approved = next((each for each in kept if each.state == PaperState.APPROVED), None)
    awaiting = kept[0] if kept and kept[0].state == PaperState.WRITTEN else None
    if approved is not None and approved.holds(on):
        left = ((approved.expires_on or on) - on).days
        standing = Standing.SOON if left <= SOON else Standing.IN_ORDER
        return PaperPoint(kind, standing, approved, awaiting, left)
    if awaiting is not None:
        return PaperPoint(kind, Standing.AWAITING, approved, awaiting, None)
    return PaperPoint(kind, Standing.EXPIRED if approved else Standing.LACKING, approved, None, None)


def weigh_papers(
    site_id: UUID, *, on: date, kinds: Iterable[PaperKind] = tuple(PaperKind)
) -> list[PaperPoint]:
    """Weigh the papers of a site, in the order of the table; the texts are not read."""
    wanted = list(kinds)
    found = list(Paper.objects.filter(site_id=site_id, kind__in=wanted).defer("body"))
    return [weigh_paper(kind, [each for each in found if each.kind == kind], on=on) for kind in wanted]


def find_in_force(site_id: UUID, kind: PaperKind, *, on: date) -> Paper | None:
    """Return the version that is in force at a site on a day."""
    found = Paper.objects.filter(site_id=site_id, kind=kind, state=PaperState.APPROVED).order_by("-version")
    last = found.first()
    return last if last is not None and last.holds(on) else None


def find_lacking(site_id: UUID, activity: Activity, *, on: date) -> Missing | None:
    """Name every paper without which an activity stays closed at a site; None when it is open."""
    points = weigh_papers(site_id, on=on, kinds=list_gating(activity))
    found = [each for each in (point.as_missing() for point in points) if each is not None]
    return replace(found[0], others=tuple(found[1:])) if found else None
