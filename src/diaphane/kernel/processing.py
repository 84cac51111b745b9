"""Activities of processing: why data are held, on which ground, about whom, for whom, how long (R37).

Every model names its activity (``processing``), every field its class (``privacy``): the register of
article 30 of the GDPR is written from both, and says nothing that the code does not.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Retention(StrEnum):
    """How long data are held, by the rule that says so; who applies it is said beside it in the register."""

    MEDICAL_RECORD = "medical_record"
    TRACE = "trace"
    ACCOUNT = "account"
    MACHINE = "machine"
    REQUEST = "request"
    BREACH = "breach"

    @property
    def label(self) -> Promise:
        """The rule in words."""
        return _RETENTIONS[self]


_RETENTIONS = {
    Retention.MEDICAL_RECORD: _(
        "20 years after the last exam, at least until the 28th birthday, "
        "or 10 years after a death (R.1112-7 of the public health code)"
    ),
    Retention.TRACE: _("3 years; never less than what a review or a dispute needs"),
    Retention.ACCOUNT: _("while the person works here; what they signed keeps their name with it"),
    Retention.MACHINE: _("while the machine is admitted; a report of its state, until the next one"),
    Retention.REQUEST: _("an export, 7 days; the request itself, 5 years"),
    Retention.BREACH: _("5 years after the file is closed"),
}


class Processing(StrEnum):
    """One activity of the register."""

    CARE = "care"
    IDENTITY = "identity"
    IMAGES = "images"
    EXCHANGE = "exchange"
    TRACE = "trace"
    PROFESSIONALS = "professionals"
    MACHINES = "machines"
    RIGHTS = "rights"
    BREACHES = "breaches"


@dataclass(frozen=True)
class Activity:
    """What article 30 asks of one activity."""

    label: Promise
    purpose: Promise
    ground: Promise
    people: Promise
    recipients: Promise
    retention: Retention


_CARE_GROUND = _("task in the public interest and care by professionals bound to secrecy (art. 6.1.e, 9.2.h)")
_DUTY_GROUND = _("legal obligation (art. 6.1.c)")
_TEAM = _("the care team of the exam; the patient, once a person has told them")

ACTIVITIES: dict[Processing, Activity] = {
    Processing.CARE: Activity(
        _("Exams at a distance"),
        _("Ask for, justify, make, read and report an imaging exam at a distance, and tell its patient"),
        _CARE_GROUND,
        _("patients; the professionals of their exam"),
        _TEAM,
        Retention.MEDICAL_RECORD,
    ),
    Processing.IDENTITY: Activity(
        _("Identity of patients"),
        _("Know without error whose exam it is (identitovigilance)"),
        _CARE_GROUND,
        _("patients"),
        _("the professionals of the site who register and examine; the care team of the exam"),
        Retention.MEDICAL_RECORD,
    ),
    Processing.IMAGES: Activity(
        _("Images"),
        _("Receive, check, keep and show the images of an exam, and compare them with earlier ones"),
        _CARE_GROUND,
        _("patients; the professionals who make and read the images"),
        _TEAM,
        Retention.MEDICAL_RECORD,
    ),
    Processing.EXCHANGE: Activity(
        _("Exchange of results"),
        _("Bring a report or images to the professionals who go on with the care, and prove that they came"),
        _CARE_GROUND,
        _("patients; the professionals who receive"),
        _("the requesting and the treating physician; an outside professional who was sent a link"),
        Retention.MEDICAL_RECORD,
    ),
    Processing.TRACE: Activity(
        _("Traces"),
        _("Know who saw, changed, sent or exported what; find misuse and the origin of an incident"),
        _DUTY_GROUND,
        _("professionals, patients and guests who use the platform"),
        _("the data protection officer; the patient for who has looked; the collector of the installation"),
        Retention.TRACE,
    ),
    Processing.PROFESSIONALS: Activity(
        _("Professionals and structures"),
        _("Let in those who are in order, in their role, at their structure, within their conventions"),
        _DUTY_GROUND,
        _("professionals; patients who have an account"),
        _("administrators; the colleagues and patients of their exams, for names and telephones"),
        Retention.ACCOUNT,
    ),
    Processing.MACHINES: Activity(
        _("Machines"),
        _("Admit the gateways of sites and connected services, and know that they work"),
        _("legitimate interest in a platform that works and is safe (art. 6.1.f)"),
        _("the lead technologist of a site"),
        _("the technologists of the site; those who run the installation"),
        Retention.MACHINE,
    ),
    Processing.RIGHTS: Activity(
        _("Rights of persons"),
        _("Answer who asks for their data, corrects them or objects, and prove that they were answered"),
        _DUTY_GROUND,
        _("patients; the professionals who answer them"),
        _("the patient; the data protection officer"),
        Retention.REQUEST,
    ),
    Processing.BREACHES: Activity(
        _("Breaches of personal data"),
        _("Document each breach, and notify it in time (art. 33 and 34)"),
        _DUTY_GROUND,
        _("the persons concerned by a breach, counted and never named"),
        _("the data protection officer; the supervisory authority (CNIL)"),
        Retention.BREACH,
    ),
}
