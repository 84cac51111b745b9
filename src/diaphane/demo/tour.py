"""What the guided tour says: one exam in seven steps, each from somebody's chair."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .people import PATIENTS, PEOPLE, STRUCTURES

_HOMES = {
    "camille.verdier": "/demandes/",
    "yann.lecoz": "/demandes/",
    "ines.marchal": "/lecture/",
    "paul.osterman": "/lecture/",
    "leo.bastien": "/manipulation/",
    "helene.fabre": "/comptes-rendus/",
    "maud.riquet": "/annuaire/moi/",
    "etienne.vasco": "/annuaire/moi/",
    "nadia.ferrand": "/annuaire/",
    "bruno.kessel": "/annuaire/",
    "judith.aubry": "/annuaire/structures/",
    "odile.sarrazin": "/regards/",
    "sylvie.morand": "/demandes/",
}


@dataclass(frozen=True)
class Chair:
    """Someone to be for a while: their name, what they are, where they work, and their first page."""

    key: str
    name: str
    role: str | Promise
    place: str
    address: str

    @property
    def login(self) -> str:
        """Return the person's key as it stands in an address."""
        return self.key.replace(".", "-")


@dataclass(frozen=True)
class Move:
    """What to do from one chair."""

    chair: Chair
    todo: Promise


@dataclass(frozen=True)
class TourStep:
    """One step: what happens, from which chairs, and what to look at."""

    number: int
    title: Promise
    moves: tuple[Move, ...]
    look: Promise


def list_professionals() -> list[Chair]:
    """List the chairs of the professionals."""
    places = {each.key: each.name for each in STRUCTURES}
    return [
        Chair(each.key, each.name, each.role.label, places[each.structure], _HOMES[each.key])
        for each in PEOPLE
    ]


def list_patients() -> list[Chair]:
    """List the chairs of the four patients."""
    return [
        Chair(
            each.key,
            each.spoken_name,
            _("Patient"),
            "",
            "/mon-espace/",
        )
        for each in PATIENTS
    ]


def _seat() -> Callable[..., Move]:
    """Return what makes a move of a chair's key, of what to do, and of the page to open."""
    chairs = {each.key: each for each in [*list_professionals(), *list_patients()]}

    def move(key: str, todo: Promise, address: str = "") -> Move:
        return Move(replace(chairs[key], address=address or chairs[key].address), todo)

    return move


def list_detours(past_act_id: UUID | None) -> list[TourStep]:
    """List what may happen beside the road, on the exam that is finished already; none where it is not."""
    if past_act_id is None:
        return []
    move, identity = _seat(), reverse("identity:page", args=[past_act_id])
    return [
        TourStep(
            8,
            _("When images may be somebody else's"),
            (
                move(
                    "leo.bastien",
                    _("Put the images of this finished exam in quarantine, and say why."),
                    identity,
                ),
                move("odette.garnier", _("See that her images are set aside, and that her result stays.")),
                move("ines.marchal", _("Compare the identities, then open the images again."), identity),
            ),
            _(
                "Meanwhile they are closed everywhere: viewer, copy, link, DICOMweb; "
                "and no report is signed on them."
            ),
        ),
        TourStep(
            9,
            _("From elsewhere, and to elsewhere"),
            (
                move(
                    "leo.bastien",
                    _(
                        "Open the card of an exam: its earlier images came from the site's archive. "
                        "Import a CD or a folder, and say whose images they are."
                    ),
                ),
                move(
                    "camille.verdier",
                    _(
                        "Show this exam to a colleague who has no account. The link goes by mail, "
                        "the code is shown once: open the link in a private window."
                    ),
                    reverse("sharing:links", args=[past_act_id]),
                ),
            ),
            _(
                "Nothing that comes from elsewhere joins an exam by itself; "
                "what goes elsewhere is traced and ends."
            ),
        ),
    ]


def list_steps() -> list[TourStep]:
    """List the steps in order."""
    move = _seat()
    return [
        TourStep(
            1,
            _("Ask for an exam"),
            (
                move(
                    "camille.verdier",
                    _(
                        "Choose “New request” and the patient Karim Belhadj. Fill it in, with "
                        "helene.fabre@haute-lisiere.example as the treating physician, then send it."
                    ),
                ),
            ),
            _("Leave a field empty: the page says what is missing, and which rule of the guide asks for it."),
        ),
        TourStep(
            2,
            _("Decide if it is the right exam"),
            (
                move(
                    "ines.marchal",
                    _("Take the request. Ask a question if you like, then validate it with a protocol."),
                ),
            ),
            _("Open this list in a private window too: what others do appears there without reloading."),
        ),
        TourStep(
            3,
            _("Plan the exam"),
            (
                move("leo.bastien", _("Give it a slot: it enters the scanner's own worklist.")),
                move("ines.marchal", _("Open the exam in the reading list and supervise it.")),
            ),
            _("That worklist is a real DICOM service: findscu, or any other tool, can ask it."),
        ),
        TourStep(
            4,
            _("At the table"),
            (
                move(
                    "leo.bastien",
                    _(
                        "The patient arrives: check the identity, both agreements and the link. "
                        "Start the exam: the simulated scanner sends its images. Then finish, with the dose."
                    ),
                ),
            ),
            _("Expected, received, verified: verified means read back, whole, from the platform's own disk."),
        ),
        TourStep(
            5,
            _("Look, write, sign"),
            (
                move(
                    "ines.marchal",
                    _(
                        "Check the images and accept them. Write the report beside them, and sign it: "
                        "the demo shows you the code that a real telephone would."
                    ),
                ),
            ),
            _("The text is kept as you type. What a signature still waits for is listed, live."),
        ),
        TourStep(
            6,
            _("Receive the report"),
            (
                move("camille.verdier", _("Read it, and say that you have received it."), "/comptes-rendus/"),
                move("helene.fabre", _("Do the same as the family doctor, in another town.")),
            ),
            _("A mail says that something waits, and nothing else. Sent is not received: a person says so."),
        ),
        TourStep(
            7,
            _("Tell, then let read"),
            (
                move(
                    "ines.marchal", _("Record that you have told the patient the result."), "/comptes-rendus/"
                ),
                move("karim.belhadj", _("Read it in plain words, see the images, and see who has looked.")),
            ),
            _("Before a person has told the result, the patient's page shows nothing of it."),
        ),
    ]
