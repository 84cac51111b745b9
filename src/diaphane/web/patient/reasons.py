"""Why someone looked at my exam: by what they did for it, else by the team that they are of (R43)."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from diaphane.acquisition.queries import find_exam
from diaphane.acts.models import Act
from diaphane.kernel.actors import Role
from diaphane.reporting.queries import find_signed_report
from diaphane.sharing.models import SharedLink
from diaphane.sharing.queries import map_links

from .words import REASONS

_SENT = {
    SharedLink.Agreement.PATIENT: gettext_lazy(
        "%(sender)s sent them a link to your images, with your agreement."
    ),
    SharedLink.Agreement.REPRESENTATIVE: gettext_lazy(
        "%(sender)s sent them a link to your images, with the agreement of whoever speaks for you."
    ),
    SharedLink.Agreement.IMPOSSIBLE: gettext_lazy(
        "%(sender)s sent them a link to your images: it was an emergency, and nobody could ask you."
    ),
}


@dataclass(frozen=True)
class Reasons:
    """Who did what for one exam: by account, by name where that is all that is kept, and by link."""

    done: dict[UUID, str]
    done_by_name: dict[str, str]
    links: dict[UUID, SharedLink]

    def takes_part(self, person_id: UUID) -> bool:
        """Say whether this person did something for the exam."""
        return person_id in self.done

    def say(self, person_id: UUID, role: str, label: str) -> str | Promise:
        """Return one sentence, or nothing where the role itself says nothing."""
        if person_id in self.links:
            link = self.links[person_id]
            return _SENT[SharedLink.Agreement(link.agreement)] % {"sender": link.sender_label}
        return self.done.get(person_id) or self.done_by_name.get(label) or name_reason(role)


def find_reasons(act_id: UUID) -> Reasons:
    """Gather what people did for an exam; who did most is said first."""
    act = Act.objects.select_related("request").get(pk=act_id)
    request, exam, report = act.request, find_exam(act), find_signed_report(act)
    done: dict[UUID, str] = {request.author_id: _("Asked for this exam for you.")}
    if request.reviewer_id is not None:
        done[request.reviewer_id] = _("Checked that this exam is the right one for you.")
    if exam is not None and exam.supervisor_id is not None:
        done[exam.supervisor_id] = _("Followed your exam from afar.")
    if report is not None:
        done[report.author_id] = _("Read your images and signed your report.")
    names = {exam.technologist_label: _("Made your images.")} if exam is not None else {}
    return Reasons(done, {name: said for name, said in names.items() if name}, map_links(act_id))


def name_reason(role: str) -> str | Promise:
    """Return why someone of a role may look, or nothing for a role that patients never meet."""
    return next((said for each, said in REASONS.items() if each == Role(role)), "")
