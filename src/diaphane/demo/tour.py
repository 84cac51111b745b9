"""What the guided tour says: one exam in seven steps, each from somebody's chair."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .people import PATIENTS, PEOPLE


@dataclass(frozen=True)
class TourStep:
    """One step: who sits there, where it happens, what to do and what to look at."""

    number: int
    title: Promise
    key: str
    address: str
    todo: Sequence[Promise]
    look: Promise

    @property
    def login(self) -> str:
        """Return the person's key as it stands in an address."""
        return self.key.replace(".", "-")

    @property
    def name(self) -> str:
        """Return the name of the person."""
        for person in PEOPLE:
            if person.key == self.key:
                return person.name
        patient = next(each for each in PATIENTS if each.key == self.key)
        return f"{patient.first_names.split(' ')[0]} {patient.used_name or patient.birth_name}"

    @property
    def role(self) -> Promise:
        """Return the role's word."""
        return next((person.role.label for person in PEOPLE if person.key == self.key), _("Patient"))


def list_steps() -> list[TourStep]:
    """List the steps in order."""
    return [
        TourStep(
            1,
            _("Ask for an exam"),
            "camille.verdier",
            "/demandes/",
            (
                _("Choose “New request” and the patient Karim Belhadj."),
                _(
                    "Leave some fields empty: the page tells what is missing, and which requirement asks for it."
                ),
                _("Complete it and send the request."),
            ),
            _("What is missing is listed before anything is sent."),
        ),
        TourStep(
            2,
            _("Justify and validate"),
            "ines.marchal",
            "/lecture/",
            (
                _("The request is there without reloading: take it."),
                _("Ask a question, or validate with a protocol."),
            ),
            _("Keep this page open in a second window: it follows what others do."),
        ),
        TourStep(
            3,
            _("Plan the exam"),
            "leo.bastien",
            "/manipulation/",
            (
                _("Give the exam a slot: the scanner's worklist shows it at once."),
                _("On the radiologist's side, choose “Supervise this exam”."),
            ),
            _("The worklist is a real DICOM service: any DICOM tool can ask it."),
        ),
        TourStep(
            4,
            _("At the table"),
            "leo.bastien",
            "/manipulation/",
            (
                _("The patient has arrived: read the identity back, collect both agreements, test the link."),
                _("Start the exam: the simulated scanner sends its images by itself."),
                _("Watch the counters, then finish the acquisition with the dose."),
            ),
            _("Expected, received, verified: verified means read back from the platform's own disk."),
        ),
        TourStep(
            5,
            _("Check, read, sign"),
            "ines.marchal",
            "/lecture/",
            (
                _("Check the images, accept them, and write the report beside them."),
                _("Sign with a new code; here, the demo shows it to you."),
            ),
            _("The signed report is a PDF/A document with everything that the guide asks for."),
        ),
        TourStep(
            6,
            _("Receive the report"),
            "camille.verdier",
            "/comptes-rendus/",
            (
                _("Open the report: opening it is what acknowledges it."),
                _("Do the same as the treating physician, Dr Hélène Fabre."),
            ),
            _("A mail announces that something waits, and says nothing else."),
        ),
        TourStep(
            7,
            _("Understand"),
            "karim.belhadj",
            "/mon-espace/",
            (
                _("First, as the radiologist, record that you have told the patient."),
                _(
                    "Then, as the patient, read the report in plain words, see the images, and who has looked."
                ),
            ),
            _("Nothing is shown to the patient before a person has told the result."),
        ),
    ]
