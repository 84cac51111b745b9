"""Which version of which sheet was given, to whom, how; what an answer rests upon (R52–R59, R67)."""

from datetime import date

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from diaphane.acts.queries import list_open_duties
from diaphane.audit.models import Entry
from diaphane.consents.answers import Details, find_unfit, find_untraced
from diaphane.consents.giving import give_sheets, inform_afterwards, read_own_sheets
from diaphane.consents.models import SheetGiven
from diaphane.consents.operations import record_consent
from diaphane.consents.queries import list_given_sheets, list_sheets_of
from diaphane.consents.sheets import get_sheet
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.requests.models import ExamRequest
from tests.factories import PatientFactory, make_actor, make_patient_actor
from tests.scenes import Territory, submitted, validated

PAPER = {"means": "paper", "recipient": "patient"}


@pytest.mark.parametrize("role", [Role.IMAGEUR, Role.TREATING_PHYSICIAN, Role.ADMINISTRATOR])
def test_only_those_with_the_patient_give_the_sheets(territory: Territory, role: Role) -> None:
    act = validated(territory).act
    with pytest.raises(NotAllowedError):
        give_sheets(act=act, **PAPER, by=make_actor(role, territory.site), at=now())
    with pytest.raises(NotAllowedError):
        give_sheets(act=act, **PAPER, by=make_patient_actor(territory.patient), at=now())


def test_nobody_reads_the_sheets_of_another_persons_exam(territory: Territory) -> None:
    act = validated(territory).act
    for by in (make_patient_actor(PatientFactory()), territory.technologist):
        with pytest.raises(NotAllowedError):
            read_own_sheets(act=act, by=by, at=now())


@pytest.mark.parametrize(("means", "recipient"), [("", "patient"), ("space", "patient"), ("paper", "")])
def test_how_and_to_whom_are_said(territory: Territory, means: str, recipient: str) -> None:
    act, by = validated(territory).act, territory.technologist
    with pytest.raises(GuardError) as refusal:
        give_sheets(act=act, means=means, recipient=recipient, by=by, at=now())
    assert [each.requirement for each in refusal.value.missing] == ["R67"]


def test_the_proof_names_the_version_its_words_who_and_how(territory: Territory) -> None:
    act, by = validated(territory).act, territory.technologist
    give_sheets(act=act, **PAPER, by=by, at=now())
    given = {each.code: each for each in list_given_sheets(act)}
    assert set(given) == {"ct", "distance"}
    proof = given["ct"]
    assert (proof.key, proof.digest) == ("ct@1", get_sheet("ct").digest)
    assert (proof.means, proof.recipient, proof.actor_label) == ("paper", "patient", by.label)
    assert Entry.objects.filter(action="sheet.given", act_id=act.pk).count() == 2


def test_a_second_click_or_a_second_tap_leaves_one_proof(territory: Territory) -> None:
    act, patient = validated(territory).act, make_patient_actor(territory.patient)
    for _time in range(2):
        give_sheets(act=act, **PAPER, by=territory.technologist, at=now())
        read_own_sheets(act=act, by=patient, at=now())
    assert sorted(each.means for each in list_given_sheets(act)) == ["paper", "paper", "space", "space"]


def test_a_proof_is_never_changed_nor_removed(territory: Territory) -> None:
    act = validated(territory).act
    given = give_sheets(act=act, **PAPER, by=territory.technologist, at=now())[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        SheetGiven.objects.filter(pk=given.pk).update(version=9)
    with pytest.raises(DatabaseError), transaction.atomic():
        given.delete()


@pytest.mark.parametrize(
    ("exam", "contrast", "code"),
    [
        ("CT-HEAD", "", "ct"),
        ("CT-HEAD", "Ioméprol", "ct-contrast"),
        ("CT-PE", "", "ct-contrast"),
        ("MR-CORD", "", "mri"),
        ("MR-CORD", "Gadotérate", "mri-contrast"),
    ],
)
def test_the_sheet_is_that_of_the_exam_injected_or_not(
    territory: Territory, exam: str, contrast: str, code: str
) -> None:
    request = submitted(territory)
    ExamRequest.objects.filter(pk=request.pk).update(exam_code=exam, contrast_prescription=contrast)
    act = ExamRequest.objects.get(pk=request.pk).act
    assert [each.code for each in list_sheets_of(act)] == [code, "distance"]


def test_an_agreement_keeps_which_sheets_it_rests_upon(territory: Territory) -> None:
    act, by = validated(territory).act, territory.technologist
    yes = {"outcome": "given", "source": "patient", "by": by, "at": now()}
    assert record_consent(act=act, subject="act", **yes).sheets == ""
    give_sheets(act=act, **PAPER, by=by, at=now())
    written = record_consent(act=act, subject="distance", details=Details(form="written"), **yes)
    assert (written.sheets, written.form) == ("ct@1 distance@1", "written")


def test_informing_afterwards_gives_the_sheets_and_ends_the_duty_once(territory: Territory) -> None:
    act, by = validated(territory).act, territory.technologist
    with pytest.raises(ConflictError):
        inform_afterwards(act=act, **PAPER, by=by, at=now())
    why = Details(motive="unconscious", words="Glasgow 7")
    impossible = {"outcome": "impossible", "source": "nobody", "details": why, "by": by, "at": now()}
    record_consent(act=act, subject="act", **impossible)
    assert [duty.requirement for duty in list_open_duties(act)] == ["R59"]
    with pytest.raises(GuardError):
        inform_afterwards(act=act, means="", recipient="", by=by, at=now())
    assert list_open_duties(act).exists()
    inform_afterwards(act=act, **PAPER, by=by, at=now())
    assert not list_open_duties(act).exists()
    assert list_given_sheets(act).exists()


@pytest.mark.parametrize(
    ("source", "quality", "is_fit"),
    [
        ("patient", "", False),
        ("patient", "minor_alone", True),
        ("representative", "parent", True),
        ("representative", "both_parents", True),
        ("representative", "guardian", True),
    ],
)
def test_a_child_does_not_agree_alone_unless_they_ask_for_secrecy(
    territory: Territory, source: str, quality: str, is_fit: bool
) -> None:
    make_child(territory)
    act, by = validated(territory).act, territory.technologist
    details = Details(quality=quality, answered_by="Mme Quatrefages")
    said = {"outcome": "given", "source": source, "details": details, "by": by, "at": now()}
    record_consent(act=act, subject="act", **said)
    assert (find_unfit(act, "act") is None) == is_fit


def test_who_answers_for_the_patient_is_named_and_an_impossibility_has_its_motive(
    territory: Territory,
) -> None:
    act, by = validated(territory).act, territory.technologist

    def say(subject: str, outcome: str, source: str, **details: str) -> None:
        said = Details(**details)
        record_consent(
            act=act, subject=subject, outcome=outcome, source=source, details=said, by=by, at=now()
        )

    say("act", "given", "representative", quality="guardian")
    assert find_untraced(act) is not None
    say("act", "given", "representative", quality="guardian", answered_by="M. Aubanel, tuteur")
    assert find_untraced(act) is None
    say("distance", "impossible", "nobody")
    missing = find_untraced(act)
    assert missing is not None
    assert missing.requirement == "R58"
    say("distance", "impossible", "nobody", motive="unreachable")
    assert find_untraced(act) is None


def make_child(territory: Territory) -> None:
    """Make the patient eight years old."""
    territory.patient.birth_date = date(now().year - 8, 1, 2)
    territory.patient.ins = ""
    type(territory.patient).objects.filter(pk=territory.patient.pk).update(
        birth_date=territory.patient.birth_date
    )
