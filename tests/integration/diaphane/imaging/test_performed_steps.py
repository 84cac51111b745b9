"""What a modality says it performs is attached by identifiers, within its site, and never by guess (R40)."""

from datetime import UTC, datetime, timedelta

import pytest

from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.events.models import Event
from diaphane.imaging.announcing import list_performed_steps, map_announced_series
from diaphane.imaging.models import PerformedProcedureStep, Study
from diaphane.imaging.operations import store_instance
from diaphane.imaging.performing import record_performed_step
from diaphane.imaging.queries import count_images, list_series
from diaphane.imaging.step_reading import UnreadableStepError, read_step
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, NotAllowedError
from tests import scenes
from tests.images import make_ct
from tests.joins import join
from tests.scenes import Territory
from tests.steps import make_series, make_step

from .conftest import make_machine

UID = "1.2.500"


def say(attributes: dict[str, object], *, by: Actor, at: datetime, revision: int = 1) -> None:
    record_performed_step(said=read_step(UID, revision, attributes), by=by, at=at)


def get_step() -> PerformedProcedureStep:
    return PerformedProcedureStep.objects.get()


@pytest.mark.parametrize("role", [Role.SERVICE, Role.TECHNOLOGIST])
def test_only_a_gateway_speaks_for_modalities(
    act: Act, territory: Territory, at: datetime, role: Role
) -> None:
    with pytest.raises(NotAllowedError):
        say(make_step(act), by=make_machine(territory.site.pk, role), at=at)
    assert not PerformedProcedureStep.objects.exists()


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"00400270": {"vr": "SQ", "Value": [{}]}, "00400252": {"vr": "CS", "Value": ["COMPLETED"]}},
        {"00400270": {"vr": "SQ"}, "00400252": {"vr": "CS", "Value": ["FINISHED"]}},
        {"00400270": "nothing"},
    ],
)
def test_what_is_no_step_is_not_read(attributes: dict[str, object]) -> None:
    with pytest.raises(UnreadableStepError):
        read_step(UID, 1, attributes)


def test_a_step_of_another_site_is_not_attached(act: Act, foreign_edge: Actor, at: datetime) -> None:
    say(make_step(act), by=foreign_edge, at=at)
    assert (get_step().act, get_step().unmatched) == (None, "foreign_site")
    assert count_images(act).expected == 0
    assert not Event.objects.filter(act_id=act.pk, kind__startswith="performed_step").exists()


def test_a_step_of_another_patient_is_not_attached(act: Act, edge: Actor, at: datetime) -> None:
    say(make_step(act, PatientID="AUTRE", PatientName="AUTRE^ANNE"), by=edge, at=at)
    assert (get_step().act, get_step().unmatched) == (None, "other_patient")
    assert Entry.objects.filter(action="performed_step.unmatched").count() == 1


def test_a_step_of_no_exam_known_here_is_kept(edge: Actor, at: datetime) -> None:
    say(make_step(None), by=edge, at=at)
    assert (get_step().act, get_step().unmatched) == (None, "unknown")


def test_a_study_and_an_accession_number_that_disagree_match_nothing(
    act: Act, territory: Territory, edge: Actor, at: datetime
) -> None:
    other = scenes.validated(territory).act
    say(make_step(act, accession=other.accession_number), by=edge, at=at)
    assert get_step().unmatched == "unknown"


def test_an_accession_number_is_enough_with_its_patient(act: Act, edge: Actor, at: datetime) -> None:
    say(make_step(act, study="1.2.3.4"), by=edge, at=at)
    assert get_step().act == act


def test_an_accession_number_without_a_patient_is_not_enough(act: Act, edge: Actor, at: datetime) -> None:
    unnamed = {"PatientName": "", "PatientID": "", "PatientBirthDate": "", "IssuerOfPatientID": ""}
    say(make_step(act, study="1.2.3.4", **unnamed), by=edge, at=at)
    assert (get_step().act, get_step().unmatched) == (None, "other_patient")


def test_a_step_gives_the_act_its_real_times_and_what_to_expect(act: Act, edge: Actor, at: datetime) -> None:
    series = [make_series(3, uid="1.2.77"), make_series(2, uid="1.2.78")]
    say(make_step(act, series=series), by=edge, at=at)
    step = get_step()
    assert step.started_at == datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    assert step.ended_at == datetime(2026, 11, 22, 8, 42, 10, tzinfo=UTC)
    assert map_announced_series(act) == {"1.2.77": 3, "1.2.78": 2}
    store_instance(content=make_ct(act, SeriesInstanceUID="1.2.77"), by=edge, at=at)
    counts = count_images(act)
    assert (counts.expected, counts.received, counts.is_complete) == (5, 1, False)
    assert [(each.announced, each.received) for each in list_series(act)] == [(3, 1)]
    assert Event.objects.filter(act_id=act.pk, kind="performed_step.completed").count() == 1
    assert Entry.objects.filter(act_id=act.pk, action="performed_step.completed").count() == 1


def test_the_offset_of_the_modality_is_honoured(act: Act, edge: Actor, at: datetime) -> None:
    say(make_step(act, TimezoneOffsetFromUTC="-0430"), by=edge, at=at)
    assert get_step().started_at == datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment", [("", "0930"), ("20261322", "0930"), ("20261122", "9h30"), ("20261122", "")]
)
def test_a_time_that_is_none_is_left_out(
    act: Act, edge: Actor, at: datetime, moment: tuple[str, str]
) -> None:
    attributes = make_step(act)
    attributes["00400244"] = {"vr": "DA", "Value": [moment[0]]}
    attributes["00400245"] = {"vr": "TM", "Value": [moment[1]]}
    say(attributes, by=edge, at=at)
    assert get_step().started_at is None


def test_the_data_set_is_kept_as_it_came(act: Act, edge: Actor, at: datetime) -> None:
    say(make_step(act, CommentsOnRadiationDose="Deux passages\0"), by=edge, at=at)
    assert get_step().data_set.PatientName == act.patient.dicom_name
    assert "Deux passages" in get_step().data_set.CommentsOnRadiationDose


def test_a_revision_that_is_known_changes_nothing(act: Act, edge: Actor, at: datetime) -> None:
    say(make_step(act), by=edge, at=at, revision=2)
    for revision in (1, 2):
        say(make_step(act, status="IN PROGRESS"), by=edge, at=at + timedelta(minutes=1), revision=revision)
    assert (get_step().state, get_step().changed_at) == ("COMPLETED", at)
    assert Event.objects.filter(act_id=act.pk, kind__startswith="performed_step").count() == 1


def test_a_step_that_is_over_says_nothing_more(act: Act, edge: Actor, at: datetime) -> None:
    say(make_step(act, status="DISCONTINUED"), by=edge, at=at)
    with pytest.raises(ConflictError):
        say(make_step(act), by=edge, at=at, revision=2)
    assert get_step().state == "DISCONTINUED"


def test_a_step_that_named_no_exam_follows_its_images_once_a_person_attached_them(
    act: Act, edge: Actor, territory: Territory, at: datetime
) -> None:
    say(make_step(None, study="1.2.900", series=[make_series(2)]), by=edge, at=at)
    store_instance(content=make_ct(StudyInstanceUID="1.2.900"), by=edge, at=at)
    assert list(list_performed_steps(act)) == []
    study = Study.objects.get(study_instance_uid="1.2.900")
    join(study, act, territory, at=at, reason="Patient hors liste")
    assert list(list_performed_steps(act)) == [get_step()]
    assert count_images(act).expected == 2


def test_a_step_is_seen_by_those_who_see_its_act(
    act: Act, edge: Actor, territory: Territory, at: datetime
) -> None:
    say(make_step(act), by=edge, at=at)
    seen = PerformedProcedureStep.objects.visible_to
    assert not seen(territory.outsider).exists()
    assert seen(territory.technologist).exists()
