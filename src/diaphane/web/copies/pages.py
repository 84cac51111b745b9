"""Choose what is copied and how it is encoded, then send it as it is read."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from diaphane.acts.models import Act
from diaphane.acts.queries import get_act
from diaphane.imaging.models import Study
from diaphane.imaging.priors import list_priors
from diaphane.imaging.quarantine_models import not_doubted
from diaphane.imaging.quarantining import list_doubted_ids
from diaphane.imaging.queries import list_studies_shown
from diaphane.imaging.sizes import measure_studies
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.streaming import ThreadedStream
from diaphane.media.contents import Encoding
from diaphane.media.exporting import export_study
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.doubts import find_doubts
from diaphane.web.acts.header_words import read_date
from diaphane.web.acts.held import find_held
from diaphane.web.roles import needs


@dataclass(frozen=True)
class Copyable:
    """One study that can be copied: when it was made, its images, its bytes as kept."""

    study: Study
    label: str
    is_prior: bool
    images: int
    size: int

    @property
    def made_on(self) -> date | None:
        """Return the day of the study, or None when it is no date."""
        return read_date(self.study.study_date)


class EncodingForm(forms.Form):
    """How the copy is encoded."""

    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding"),
        choices=[
            (Encoding.NATIVE.value, gettext_lazy("Readable by any viewer: larger")),
            (Encoding.STORED.value, gettext_lazy("As kept, without loss: smaller, for a recent viewer")),
        ],
        widget=forms.RadioSelect,
        initial=Encoding.NATIVE.value,
    )


@require_safe
@needs("images.copy")
def choose(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the studies of an act that can be copied."""
    actor = require_actor(request)
    act = get_act(act_id, actor=actor)
    context = {
        "act": act,
        "patient": act.patient,
        "studies": list_copyable(act, actor=actor),
        "form": EncodingForm(),
        "held": find_held(act, actor=actor),
        "doubts": find_doubts(act, actor=actor),
    }
    return render(request, "copies/choose.html", context)


@require_POST
@needs("images.copy")
def take(request: HttpRequest, act_id: UUID) -> HttpResponseBase:
    """Send the chosen study as a ZIP."""
    actor = require_actor(request)
    act = get_act(act_id, actor=actor)
    is_stored = request.POST.get("encoding") == Encoding.STORED
    study = pick_study(act, request.POST.get("study", ""), actor=actor)
    return send_copy(study, Encoding.STORED if is_stored else Encoding.NATIVE, by=actor)


def list_copyable(act: Act, *, actor: Actor) -> list[Copyable]:
    """List what may leave: the act's own studies, then those beside it, with their sizes.

    None is in quarantine, whoever asks: who settles the doubt still looks, and nobody copies (R40).
    """
    doubted = list_doubted_ids(each.pk for each in list_studies_shown(act, actor=actor))
    return [each for each in _list_offered(act, actor=actor) if each.study.pk not in doubted]


def _list_offered(act: Act, *, actor: Actor) -> list[Copyable]:
    """List what the actor sees of an act's images, and of those beside it."""
    own = list(list_studies_shown(act, actor=actor))
    beside = [prior.study for prior in list_priors(act).filter(not_doubted(study="study"))]
    sizes = measure_studies([*own, *beside])
    exam = act.request.exam
    named = [(study, study.description or (exam.label if exam else ""), False) for study in own]
    named += [(study, study.description or _("No description"), True) for study in beside]
    return [Copyable(*each, *sizes[each[0].pk]) for each in named if each[0].pk in sizes]


def pick_study(act: Act, study_id: str, *, actor: Actor) -> Study:
    """Return one of the studies that an act offers; what is in quarantine is refused with its reason later.

    Raises:
        Study.DoesNotExist: another act's, or a name that makes no sense.
    """
    offered = _list_offered(act, actor=actor)
    found = next((each.study for each in offered if str(each.study.pk) == study_id), None)
    if found is None:
        raise Study.DoesNotExist
    return found


def send_copy(study: Study, encoding: Encoding, *, by: Actor) -> HttpResponseBase:
    """Answer a study as a ZIP, piece by piece."""
    at = now()
    answer = ThreadedStream(
        export_study(study=study, encoding=encoding, by=by, at=at), content_type="application/zip"
    )
    answer["Content-Disposition"] = f'attachment; filename="images-{at:%Y%m%d-%H%M}.zip"'
    answer["Cache-Control"] = "private, no-store"
    return answer
