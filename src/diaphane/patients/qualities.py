"""In which quality somebody stands for a patient, and what each quality allows: one declared table (R57).

A parent and a guardian stand in for the patient by law. A curator assists a patient who answers alone; a
« personne de confiance » is consulted and bears witness, and answers for nobody (L.1111-6 of the public
health code). What these, a carer and a person to call may know is what the patient grants, and no more.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Quality(models.TextChoices):
    """In which quality somebody stands for a patient."""

    PARENT = "parent", _("parent with authority")
    GUARDIAN = "guardian", _("guardian (tuteur)")
    CURATOR = "curator", _("curator (curateur)")
    TRUSTED = "trusted", _("person of trust (personne de confiance)")
    CARER = "carer", _("carer (aidant)")
    TO_CALL = "to_call", _("person to call")


class Matter(models.TextChoices):
    """What somebody who stands for a patient may do, or know."""

    ANSWER = "answer", _("Answer a consent for the patient")
    TOLD = "told", _("Be told the result, after the patient or with them")
    RESULTS = "results", _("See the results")
    APPOINTMENTS = "appointments", _("Be told of appointments")


class Paper(models.TextChoices):
    """What proves a quality; its number is never kept."""

    FAMILY_RECORD = "family_record", _("Family record book or birth certificate")
    JUDGEMENT = "judgement", _("Judgement of the court")
    MANDATE = "mandate", _("Mandate for future protection, in force")
    DESIGNATION = "designation", _("Designation written and signed by the patient")


@dataclass(frozen=True)
class Allowed:
    """What one quality allows: by law, and by the patient's own grant."""

    by_law: frozenset[Matter]
    by_grant: frozenset[Matter]


_EVERYTHING = frozenset(Matter)
_NEWS = _EVERYTHING - {Matter.ANSWER}
_NOTHING: frozenset[Matter] = frozenset()
ALLOWED: dict[Quality, Allowed] = {
    Quality.PARENT: Allowed(by_law=_EVERYTHING, by_grant=_NOTHING),
    Quality.GUARDIAN: Allowed(by_law=_EVERYTHING, by_grant=_NOTHING),
    Quality.CURATOR: Allowed(by_law=_NOTHING, by_grant=_NEWS),
    Quality.TRUSTED: Allowed(by_law=_NOTHING, by_grant=_NEWS),
    Quality.CARER: Allowed(by_law=_NOTHING, by_grant=_NEWS),
    Quality.TO_CALL: Allowed(by_law=_NOTHING, by_grant=frozenset({Matter.TOLD, Matter.APPOINTMENTS})),
}
PAPERS_OF: dict[Quality, tuple[Paper, ...]] = {
    Quality.PARENT: (Paper.FAMILY_RECORD, Paper.JUDGEMENT),
    Quality.GUARDIAN: (Paper.JUDGEMENT, Paper.MANDATE),
    Quality.CURATOR: (Paper.JUDGEMENT,),
    Quality.TRUSTED: (Paper.DESIGNATION,),
    Quality.CARER: (),
    Quality.TO_CALL: (),
}
OF_THE_PATIENT = frozenset({Quality.TRUSTED, Quality.CARER, Quality.TO_CALL})
"""The qualities that the patient gives, and takes back: neither a birth nor a court makes them."""
