"""The address typed as the treating physician's opens nothing to anyone else."""

from collections.abc import Callable

from diaphane.access.queries import can_see_act
from diaphane.accounts.models import User
from diaphane.delivery.models import Dispatch
from diaphane.kernel.actors import Actor
from diaphane.reporting.models import Report
from diaphane.reporting.queries import list_reports
from tests.factories import make_patient_actor
from tests.reading_scenes import signed
from tests.scenes import Territory

RunJobs = Callable[[], int]


def _sign_for(territory: Territory, recipient: Actor) -> Report:
    report = signed(territory)
    report.act.request.treating_physician_email = User.objects.get(pk=recipient.id).email
    report.act.request.save()
    return report


def test_the_patients_own_address_gives_no_report_before_a_person_has_told(
    territory: Territory, run_jobs: RunJobs
) -> None:
    patient = make_patient_actor(territory.patient)
    report = _sign_for(territory, patient)
    run_jobs()
    assert Dispatch.objects.get(report=report, recipient="treating").status == Dispatch.Status.ON_PAPER
    assert not can_see_act(patient, report.act_id)
    assert not list_reports(patient).exists()


def test_a_demandeur_of_another_site_gets_nothing_by_a_typed_address(
    territory: Territory, run_jobs: RunJobs
) -> None:
    report = _sign_for(territory, territory.outsider)
    run_jobs()
    assert not can_see_act(territory.outsider, report.act_id)
