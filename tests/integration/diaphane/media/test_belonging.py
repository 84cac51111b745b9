"""A person compares and says whose the images are; before that nothing is attached, and never by guess."""

from datetime import datetime

import pytest

from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.imaging.joining import confirm_join
from diaphane.imaging.models import Move, MoveState, Prior, Study
from diaphane.imaging.priors import list_priors
from diaphane.imaging.queries import count_images, list_reconciliations
from diaphane.kernel.errors import ConflictError, GuardError
from diaphane.media.belonging import Belonging, attach_brought
from diaphane.media.models import MediaImport
from tests.cds import make_cd, make_earlier, make_neighbour
from tests.images import make_ct
from tests.scenes import Territory

from .test_receiving import bring

REASON = "Nom de jeune fille sur le CD, carte d’identité vue"


@pytest.fixture
def cd(act: Act, territory: Territory) -> MediaImport:
    """Return an import that brought an earlier exam of the patient and a neighbour's image."""
    return bring(act, make_cd(*make_earlier(act), make_neighbour()), territory.technologist)


def studies() -> tuple[Study, Study]:
    """Return the patient's own study and the neighbour's."""
    return Study.objects.exclude(patient_name="VOISIN^ALAIN").get(), Study.objects.get(
        patient_name="VOISIN^ALAIN"
    )


@pytest.mark.parametrize(("is_compared", "is_chosen"), [(False, True), (True, False)])
def test_nothing_is_attached_before_a_person_has_compared_and_chosen(
    is_compared: bool, is_chosen: bool, cd: MediaImport, territory: Territory, at: datetime
) -> None:
    own, _other = studies()
    choices = {own.pk: Belonging.PRIOR if is_chosen else Belonging.NONE}
    with pytest.raises(GuardError):
        attach_brought(
            media_import=cd,
            choices=choices,
            is_compared=is_compared,
            reason="",
            by=territory.technologist,
            at=at,
        )
    assert not Prior.objects.exists()


def test_the_patient_s_own_are_attached_and_the_neighbour_s_left_out(
    cd: MediaImport, act: Act, territory: Territory, at: datetime
) -> None:
    own, other = studies()
    attached = attach_brought(
        media_import=cd,
        choices={own.pk: Belonging.PRIOR},
        is_compared=True,
        reason="",
        by=territory.technologist,
        at=at,
    )
    assert attached == 1
    assert [each.study for each in list_priors(act)] == [own]
    assert [each.study for each in list_reconciliations(territory.technologist)] == [other]
    assert not Study.objects.visible_to(territory.imageur).filter(pk=other.pk).exists()
    assert count_images(act).received == 0
    assert Entry.objects.filter(action="images.prior_attached", act_id=act.pk).count() == 1


def test_an_identity_that_differs_needs_a_reason_and_then_nothing_is_half_done(
    cd: MediaImport, act: Act, territory: Territory, at: datetime
) -> None:
    own, other = studies()
    choices = {own.pk: Belonging.PRIOR, other.pk: Belonging.PRIOR}
    with pytest.raises(GuardError) as refused:
        attach_brought(
            media_import=cd, choices=choices, is_compared=True, reason=" ", by=territory.technologist, at=at
        )
    assert [each.field for each in refused.value.missing] == ["reason"]
    assert not Prior.objects.exists()
    attach_brought(
        media_import=cd, choices=choices, is_compared=True, reason=REASON, by=territory.technologist, at=at
    )
    assert {each.study for each in list_priors(act)} == {own}
    asked = Move.objects.get(study_id=other.pk, state=MoveState.PROPOSED)
    confirm_join(move=asked, by=territory.imageur, at=at)
    assert {each.reason for each in list_priors(act)} == {REASON}


def test_images_that_name_nobody_need_a_reason_too(act: Act, territory: Territory, at: datetime) -> None:
    [nameless] = make_earlier(act, count=1, PatientName="", PatientBirthDate="", PatientSex="")
    media_import = bring(act, {"CD/IM1": nameless}, territory.technologist)
    said = {"media_import": media_import, "choices": {Study.objects.get().pk: Belonging.PRIOR}}
    with pytest.raises(GuardError):
        attach_brought(**said, is_compared=True, reason="", by=territory.technologist, at=at)  # type: ignore[arg-type]
    attach_brought(**said, is_compared=True, reason=REASON, by=territory.technologist, at=at)  # type: ignore[arg-type]
    assert not list_priors(act)
    confirm_join(move=Move.objects.get(), by=territory.imageur, at=at)
    assert list_priors(act).count() == 1


def test_a_study_of_another_import_is_not_attached_through_this_one(
    cd: MediaImport, territory: Territory, at: datetime
) -> None:
    elsewhere = Study.objects.create(site=territory.site, study_instance_uid="2.25.1", received_at=at)
    with pytest.raises(GuardError):
        attach_brought(
            media_import=cd,
            choices={elsewhere.pk: Belonging.PRIOR},
            is_compared=True,
            reason=REASON,
            by=territory.technologist,
            at=at,
        )


def test_images_of_the_exam_itself_may_come_on_a_cd(act: Act, territory: Territory, at: datetime) -> None:
    files = {"CD/IM1": make_ct(act), "CD/IM2": make_ct(act, number=2)}
    media_import = bring(act, files, territory.technologist)
    choices = {Study.objects.get().pk: Belonging.EXAM}
    said = {"media_import": media_import, "choices": choices, "is_compared": True, "reason": ""}
    attach_brought(**said, by=territory.technologist, at=at)  # type: ignore[arg-type]
    assert count_images(act).verified == 2
    with pytest.raises(ConflictError):
        attach_brought(**said, by=territory.technologist, at=at)  # type: ignore[arg-type]
