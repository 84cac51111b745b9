"""Name whose request it is: the prescriber of what a secretary types, the senior of an intern (R64)."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.rights import may
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.models import Membership
from diaphane.organisations.physicians import is_intern, list_physicians, list_seniors
from diaphane.requests.authorship import name_prescriber, name_supervisor
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.queries import get_request
from diaphane.web.acts.answering import go, say_wrong
from diaphane.web.acts.forms import choice
from diaphane.web.roles import needs

_ORIGINS = [each for each in ExamRequest.Origin.choices if each[0] != ExamRequest.Origin.FORM]


class PersonForm(forms.Form):
    """One physician of the site."""

    def _offer(self, name: str, people: list[Membership]) -> None:
        offered = [("", _("Choose a physician")), *((str(each.user_id), each.user.name) for each in people)]
        self.fields[name].choices = offered  # type: ignore[attr-defined]

    def read_person(self, name: str) -> UUID | None:
        """Return who was chosen, if somebody was."""
        chosen = self.cleaned_data[name]
        return UUID(chosen) if chosen else None


class PrescriberForm(PersonForm):
    """In whose name a secretary types, and from what."""

    prescriber = forms.ChoiceField(label=_("Prescriber"), required=False)
    origin = choice(_("From what you type"), _ORIGINS)

    def __init__(self, found: ExamRequest, *args: Any, **kwargs: Any) -> None:
        named = str(found.author_id) if found.has_prescriber else ""
        kwargs["initial"] = {"prescriber": named, "origin": found.origin}
        super().__init__(*args, **kwargs)
        self._offer("prescriber", list_physicians(found.act.requesting_site_id))


class SupervisorForm(PersonForm):
    """The senior of an intern."""

    supervisor = forms.ChoiceField(label=_("Senior who supervises"), required=False)

    def __init__(self, found: ExamRequest, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"supervisor": str(found.supervisor_id or "")}
        super().__init__(*args, **kwargs)
        self._offer("supervisor", list_seniors(found.act.requesting_site_id))


@require_POST
@needs("request.write", "request.transcribe")
def prescriber(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Keep the prescriber in whose name the secretary types."""
    actor = require_actor(request)
    found = get_request(act_id, actor=actor)
    form = PrescriberForm(found, request.POST)
    if not form.is_valid():
        return say_wrong(request, form)
    person, origin = form.read_person("prescriber"), form.cleaned_data["origin"]
    name_prescriber(request=found, person_id=person, origin=origin, by=actor, at=now())
    return go(request, reverse("requesting:edit", args=[act_id]))


@require_POST
@needs("request.write")
def supervisor(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Keep the senior who supervises the intern."""
    actor = require_actor(request)
    found = get_request(act_id, actor=actor)
    form = SupervisorForm(found, request.POST)
    if not form.is_valid():
        return say_wrong(request, form)
    moved = name_supervisor(request=found, person_id=form.read_person("supervisor"), by=actor, at=now())
    name = "requesting:edit" if moved.state == RequestState.DRAFT else "requesting:act"
    return go(request, reverse(name, args=[act_id]))


def describe_authorship(found: ExamRequest, *, actor: Actor) -> dict[str, object]:
    """Return the forms that name who is still to be named, or may be changed."""
    is_typed, site_id = found.transcriber_id is not None, found.act.requesting_site_id
    asks_prescriber = is_typed and may(actor, "request.transcribe")
    asks_supervisor = is_intern(found.author_id, site_id)
    return {
        "prescriber_form": PrescriberForm(found) if asks_prescriber else None,
        "supervisor_form": SupervisorForm(found) if asks_supervisor else None,
    }
