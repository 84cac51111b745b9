"""Read the papers of a site: how each stands, one version, the one in force, its PDF (R7–R17)."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from diaphane.kernel.rights import may
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.models import Paper, PaperKind, Structure
from diaphane.organisations.papers.equipping import stand_equipment
from diaphane.organisations.papers.force import find_in_force, find_lacking, weigh_papers
from diaphane.organisations.papers.kinds import KINDS, Activity
from diaphane.organisations.papers.laying_out import lay_out
from diaphane.organisations.papers.queries import (
    asks_for_exams,
    get_paper,
    get_paper_site,
    list_paper_sites,
    list_site_conventions,
    list_unpledged,
    list_versions,
)
from diaphane.organisations.queries import get_ground
from diaphane.web.directory.tabs import list_tabs
from diaphane.web.roles import needs

from .forms import EquipmentForm, WithdrawalForm
from .printing import print_paper


@require_safe
@needs("paper.see")
def own(request: HttpRequest) -> HttpResponse:
    """Show the papers of the actor's own site."""
    return _show_site(request, get_ground(require_actor(request)))


@require_safe
@needs("paper.see")
def site(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """Show the papers of a site that a convention joins to the actor's."""
    return _show_site(request, site_id)


@require_safe
@needs("paper.see")
def in_force(request: HttpRequest, site_id: UUID, paper_kind: str) -> HttpResponse:
    """Show the version of a kind that is in force at a site, or say that there is none."""
    kind, place = find_kind(paper_kind), get_paper_site(site_id, actor=require_actor(request))
    found = find_in_force(place.pk, kind, on=timezone.localdate())
    if found is not None:
        return _show_version(request, get_paper(found.pk, actor=require_actor(request)))
    context = {"place": place, "kind": kind, "terms": KINDS[kind]} | _list_rights(request, place, kind)
    return render(request, "papers/none.html", context)


@require_safe
@needs("paper.see")
def version(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Show one version."""
    return _show_version(request, get_paper(paper_id, actor=require_actor(request)))


@require_safe
@needs("paper.see")
def pdf(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Print one version as an accessible PDF."""
    paper = get_paper(paper_id, actor=require_actor(request))
    answer = HttpResponse(print_paper(paper), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{paper.kind}-v{paper.version}.pdf"'
    return answer


def find_kind(name: str) -> PaperKind:
    """Return a kind by its name, or answer that there is none."""
    try:
        return PaperKind(name)
    except ValueError:
        raise Http404 from None


def _show_site(request: HttpRequest, site_id: UUID) -> HttpResponse:
    actor, today = require_actor(request), timezone.localdate()
    place: Structure = get_paper_site(site_id, actor=actor)
    is_own = place.pk == actor.structure_id
    lacking = find_lacking(place.pk, Activity.TELEDIAGNOSIS, on=today)
    context = {
        "place": place,
        "is_own": is_own,
        "others": [each for each in list_paper_sites(actor) if each.pk != place.pk],
        "points": weigh_papers(place.pk, on=today),
        "activity": Activity.TELEDIAGNOSIS,
        "asks": asks_for_exams(place.pk),
        "missing": lacking.flatten() if lacking else (),
        "equipment": stand_equipment(place.pk, on=today),
        "equipment_form": EquipmentForm() if is_own and may(actor, "equipment.keep") else None,
        "conventions": list_site_conventions(place.pk, actor=actor),
        "tabs": list_tabs(actor, "papers"),
        "today": today,
    }
    return render(request, "papers/site.html", context)


def _show_version(request: HttpRequest, paper: Paper) -> HttpResponse:
    actor, kind = require_actor(request), PaperKind(paper.kind)
    terms, current = KINDS[kind], find_in_force(paper.site_id, kind, on=timezone.localdate())
    is_own, is_current = paper.site_id == actor.structure_id, current == paper
    pledges = list(paper.pledges.all())
    context = {
        "paper": paper,
        "place": paper.site,
        "kind": kind,
        "terms": terms,
        "blocks": lay_out(paper.body),
        "current": current,
        "is_current": is_current,
        "versions": list_versions(paper.site_id, kind, actor=actor),
        "may_approve": is_own
        and may(actor, "paper.approve")
        and actor.role in terms.approvers
        and actor.id != paper.written_by_id,
        "may_withdraw": is_own and may(actor, "paper.withdraw"),
        "withdrawal_form": WithdrawalForm(),
        "pledges": pledges,
        "may_pledge": is_current
        and terms.is_pledged
        and actor.id not in {each.person_id for each in pledges},
        "unpledged": list_unpledged(paper) if is_current and terms.is_pledged else [],
    }
    return render(request, "papers/version.html", context | _list_rights(request, paper.site, kind))


def _list_rights(request: HttpRequest, place: Structure, kind: PaperKind) -> dict[str, object]:
    actor = require_actor(request)
    is_writer = may(actor, "paper.write") and actor.role in KINDS[kind].writers
    return {
        "is_own": place.pk == actor.structure_id,
        "may_write": is_writer and place.pk == actor.structure_id,
    }
