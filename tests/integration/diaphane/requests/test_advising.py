"""What guides say of a request, from what is known of the patient here; a licensed guide (R69)."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from diaphane.requests.advising import advise_request, facts_for_guides
from diaphane.requests.models import ExamRequest
from diaphane.safety.appropriateness import SHIPPED
from tests.factories import StructureFactory
from tests.scenes import Territory, draft, validated

pytestmark = pytest.mark.django_db


def said_of(request: ExamRequest, at: datetime) -> set[str]:
    return {each.id for found in advise_request(request, at=at) for each in found.advice}


def test_nothing_is_said_before_an_exam_is_chosen(territory: Territory, at: datetime) -> None:
    request = draft(territory)
    request.exam_code = ""
    assert advise_request(request, at=at) == ()


def test_an_earlier_exam_of_the_site_is_pointed_at_and_anothers_is_not_told(territory: Territory) -> None:
    earlier = validated(territory)
    assert earlier.validated_at is not None
    request = draft(territory)
    after, later = (earlier.validated_at + timedelta(days=days) for days in (3, 40))
    assert facts_for_guides(request, at=after)["days_since_same_exam"] == 3
    assert "same-exam-recent" in said_of(request, after)
    assert "same-exam-recent" not in said_of(request, later)
    earlier.act.requesting_site = StructureFactory()
    earlier.act.save(update_fields=["requesting_site"])
    assert facts_for_guides(request, at=after)["days_since_same_exam"] is None


def test_what_is_not_known_of_the_patient_is_not_guessed(territory: Territory, at: datetime) -> None:
    request = draft(territory)
    patient = request.act.patient
    patient.sex, patient.is_unidentified = "U", True
    facts = facts_for_guides(request, at=at)
    assert facts["sex"] is facts["age"] is None


def test_a_licensed_guide_stands_beside_ours_and_a_malformed_one_is_left_out_whole(
    territory: Territory, at: datetime, settings: object, tmp_path: Path
) -> None:
    path = tmp_path / "licensed.toml"
    settings.GUIDE = str(path)  # type: ignore[attr-defined]
    request = draft(territory)
    assert [each.guide.title for each in advise_request(request, at=at)] == ["Règles de départ de Diaphane"]
    held = SHIPPED.read_text(encoding="utf-8").replace("Règles de départ de Diaphane", "Guide fictif")
    path.write_text('licence = "Licence fictive"\n' + held, encoding="utf-8")
    assert [each.guide.title for each in advise_request(request, at=at)][1:] == ["Guide fictif"]
    path.write_text(held, encoding="utf-8")
    assert len(advise_request(request, at=at)) == 1


def test_a_guide_is_checked_before_it_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "guide.toml"
    path.write_text('licence = "Fictive"\n' + SHIPPED.read_text().replace('"MR-STROKE"', '"MR-NONE"'))
    call_command("guide", path)
    assert "no exam of the catalogue is MR-NONE" in capsys.readouterr().out
    path.write_text(SHIPPED.read_text())
    with pytest.raises(CommandError, match="licence"):
        call_command("guide", path)
