"""The card of an exam, from its planning to the release of the patient, one touch at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from diaphane.acquisition.models import Exam, ExamState
from diaphane.acquisition.operations import record_arrival, supervise_exam
from diaphane.acquisition.quality import (
    accept_images,
    ask_repeat,
    begin_check,
    declare_not_interpretable,
)
from diaphane.acts.queries import list_open_duties
from diaphane.audit.models import Entry
from diaphane.consents.queries import get_consent
from diaphane.conversations.queries import list_messages
from diaphane.imaging.models import Gateway, GatewayReport, PriorSearch
from diaphane.imaging.performing import record_performed_step
from diaphane.imaging.prior_fetching import ask_for_priors, end_search, record_candidates
from diaphane.imaging.prior_searches import PriorSearchState
from diaphane.imaging.relevance import EarlierStudy
from diaphane.imaging.step_reading import read_step
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.requests.models import ExamRequest
from diaphane.scheduling.queries import get_appointment
from tests.integration.diaphane.acquisition.table import (
    IOMEPROL,
    arrived,
    finished,
    make_room,
    opened,
    planned,
    probe_link,
    ready,
    receive,
    started,
)
from tests.reading_scenes import make_edge
from tests.scenes import Territory
from tests.steps import make_series, make_step

from .pages import page, state_of, text_of, touch

Login = Callable[[Actor], Client]
ANSWERS = {
    "identity_read_back": "wristband",
    "consent_act": "given:patient",
    "consent_distance": "given:patient",
}


@pytest.fixture
def client(territory: Territory, login: Login) -> Client:
    return login(territory.technologist)


def shown(client: Client, exam: Exam) -> str:
    return text_of(client.get(page("exam", exam)))  # type: ignore[arg-type]


def test_opening_a_card_is_recorded(territory: Territory, client: Client) -> None:
    exam = planned(territory)
    shown(client, exam)
    assert Entry.objects.filter(action="viewed.act").count() == 1


def test_the_orders_are_seen_before_anything_is_injected(territory: Territory, client: Client) -> None:
    said = shown(client, arrived(territory, contrast=IOMEPROL))
    assert IOMEPROL in said
    assert "Hélice sans injection" in said
    assert "aucun connu" in said


def test_the_next_free_slot_is_proposed_and_booked(territory: Territory, client: Client) -> None:
    exam, room = opened(territory), make_room(territory)
    proposed = timezone.localtime(now() + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%S%z")
    touch(client, "schedule", exam, room=str(room.pk), proposed=proposed, when="next")
    slot = get_appointment(exam.act)
    assert slot is not None
    assert timezone.localtime(slot.starts_at).strftime("%Y-%m-%dT%H:%M:%S%z") == proposed


def test_an_emergency_is_planned_now_in_one_touch(territory: Territory, client: Client) -> None:
    exam, room = opened(territory, urgency="vital"), make_room(territory)
    assert "Maintenant" in shown(client, exam)
    response = touch(client, "schedule", exam, room=str(room.pk), when="now")
    assert state_of(exam) == ExamState.SCHEDULED
    assert "Le patient est arrivé" in text_of(response)


def test_another_time_is_chosen(territory: Territory, client: Client) -> None:
    exam, room = opened(territory), make_room(territory)
    day = timezone.localdate() + timedelta(days=3)
    touch(client, "schedule", exam, room=str(room.pk), when="other", day=day.isoformat(), hour="10:40")
    slot = get_appointment(exam.act)
    assert slot is not None
    assert timezone.localtime(slot.starts_at).strftime("%Y-%m-%d %H:%M") == f"{day.isoformat()} 10:40"


def test_a_slot_taken_meanwhile_is_refused_with_another_proposal(
    territory: Territory, client: Client
) -> None:
    room = make_room(territory)
    planned(territory)
    exam = opened(territory)
    response = touch(client, "schedule", exam, room=str(room.pk), when="now")
    assert response.status_code == 409
    said = text_of(response)
    assert "n’est plus libre" in said
    assert "Occupée jusqu’à" in said
    assert state_of(exam) == ExamState.TO_SCHEDULE


def test_an_exam_whose_modality_the_site_lacks_says_so(territory: Territory, client: Client) -> None:
    make_room(territory)
    assert "Aucune salle de ce site" in shown(client, opened(territory, exam_code="MR-STROKE"))


def test_a_planned_exam_is_moved(territory: Territory, client: Client) -> None:
    exam = planned(territory)
    slot = get_appointment(exam.act)
    assert slot is not None
    day = (timezone.localdate() + timedelta(days=1)).isoformat()
    values = {
        "room": str(slot.room_id),
        "replaces": str(slot.pk),
        "when": "other",
        "day": day,
        "hour": "08:00",
    }
    assert touch(client, "schedule", exam, **values).status_code == 200
    assert touch(client, "schedule", exam, **values).status_code == 409


def test_the_arrival_is_one_touch(territory: Territory, client: Client) -> None:
    exam = planned(territory)
    response = touch(client, "arrive", exam, seen="scheduled")
    assert state_of(exam) == ExamState.ARRIVED
    assert "Vérifications à la table" in text_of(response)


def test_each_touch_of_the_preparation_is_kept_and_shortens_what_is_missing(
    territory: Territory, client: Client
) -> None:
    exam = arrived(territory)
    said = text_of(touch(client, "prepare", exam, identity_read_back="wristband"))
    assert Exam.objects.get(pk=exam.pk).identity_read_back == "wristband"
    assert "R40" not in said.split('id="missing"')[-1].split('id="thread"')[0]
    touch(client, "prepare", exam, consent_distance="refused:representative:guardian")
    answer = get_consent(exam.act, "distance")
    assert answer is not None
    assert (answer.outcome, answer.source, answer.quality) == ("refused", "representative", "guardian")


def test_a_form_being_filled_is_not_replaced_by_the_live_page(territory: Territory, client: Client) -> None:
    exam = arrived(territory)
    seen = str(client.get(page("exam", exam)).context["seen"])
    live = client.get(page("live", exam), {"seen": seen})
    assert 'id="work"' not in live.content.decode()
    assert 'id="missing"' in live.content.decode()
    moved = client.get(page("live", exam), {"seen": seen.replace("arrived", "scheduled")})
    assert 'id="work"' in moved.content.decode()


def test_only_the_questions_that_concern_the_exam_are_asked(territory: Territory, client: Client) -> None:
    said = shown(client, arrived(territory, exam_code="MR-STROKE"))
    assert 'name="pregnancy_answer"' not in said
    assert 'name="on_site_physician"' not in said
    assert 'name="on_site_physician"' in shown(client, arrived(territory, contrast=IOMEPROL))


def test_implants_are_asked_again_before_an_mri_only(territory: Territory, client: Client) -> None:
    assert 'name="implants_answer"' not in shown(client, arrived(territory))
    exam = arrived(territory, exam_code="MR-STROKE")
    assert 'name="implants_answer"' in shown(client, exam)
    said = text_of(touch(client, "prepare", exam, implants_answer="unknown_or_new"))
    assert "R85" in said
    assert Exam.objects.get(pk=exam.pk).implants_answer == "unknown_or_new"


def test_a_decision_about_pregnancy_is_read_on_the_card(territory: Territory, client: Client) -> None:
    exam = arrived(territory)
    Exam.objects.filter(pk=exam.pk).update(
        pregnancy_answer="possible",
        pregnancy_decision="Pronostic vital engagé",
        pregnancy_decided_by_label="Dr Inès Marchal",
        pregnancy_decided_at=now(),
    )
    assert "Pronostic vital engagé" in shown(client, exam)


def test_contrast_prescribed_meanwhile_brings_its_question(territory: Territory, client: Client) -> None:
    exam = arrived(territory)
    seen = str(client.get(page("exam", exam)).context["seen"])
    ExamRequest.objects.filter(act=exam.act).update(contrast_prescription=IOMEPROL)
    live = client.get(page("live", exam), {"seen": seen}).content.decode()
    assert 'name="on_site_physician"' in live


def test_nobody_supervises_yet_is_said_then_the_name(territory: Territory, client: Client) -> None:
    exam = arrived(territory)
    assert "Aucun radiologue ne supervise encore" in shown(client, exam)
    supervise_exam(exam=exam, by=territory.imageur, at=now())
    assert f"{territory.imageur.label} supervise à distance" in shown(client, exam)


def test_ready_names_what_blocks_and_keeps_what_was_answered(territory: Territory, client: Client) -> None:
    exam = arrived(territory)
    response = touch(client, "ready", exam, **ANSWERS)
    assert response.status_code == 422
    assert "R82" in text_of(response)
    assert state_of(exam) == ExamState.ARRIVED
    assert Exam.objects.get(pk=exam.pk).identity_read_back == "wristband"


def test_ready_then_start(territory: Territory, client: Client) -> None:
    exam = arrived(territory)
    supervise_exam(exam=exam, by=territory.imageur, at=now())
    probe_link(territory)
    assert "Démarrer l’examen" in text_of(touch(client, "ready", exam, **ANSWERS))
    assert "Fin de l’acquisition" in text_of(touch(client, "start", exam))
    started_exam = Exam.objects.get(pk=exam.pk)
    assert started_exam.state == ExamState.IN_PROGRESS
    assert started_exam.technologist_label == territory.technologist.label


def test_a_refusal_offers_to_cancel(territory: Territory, client: Client) -> None:
    exam = arrived(territory)
    said = text_of(touch(client, "prepare", exam, consent_act="refused:patient"))
    assert "Le patient refuse : l’examen ne démarre pas" in said


def test_the_answers_may_be_corrected_before_the_start(territory: Territory, client: Client) -> None:
    exam = ready(territory)
    assert "Vérifications à la table" in text_of(touch(client, "check_again", exam))
    assert state_of(exam) == ExamState.ARRIVED


def test_counts_are_shown_per_series_while_images_come(territory: Territory, client: Client) -> None:
    exam = started(territory)
    receive(territory, exam, count=2)
    gateway = Gateway.objects.create(site=territory.site, ae_title="LISIERE", reported_at=now())
    GatewayReport.objects.create(
        gateway=gateway,
        study_instance_uid=exam.act.study_instance_uid,
        announced=3,
        waiting=1,
        reported_at=now(),
    )
    said = text_of(client.get(page("live", exam)))  # type: ignore[arg-type]
    for words in ("<dd>3</dd>", "<dd>2</dd>", "Parenchyme"):
        assert words in said


def test_the_end_of_the_acquisition_keeps_dose_and_injection(territory: Territory, client: Client) -> None:
    exam = started(territory, contrast=IOMEPROL)
    receive(territory, exam)
    response = touch(
        client,
        "finish",
        exam,
        device="Scanner 1",
        acquisitions="Deux hélices",
        dlp="742,5",
        ctdi_vol="48.25",
        contrast_product="Ioméprol 400",
        contrast_batch="LOT-42",
        contrast_volume="60",
        contrast_route="veine cubitale droite",
        contrast_at=timezone.localtime().strftime("%H:%M"),
        on_site_physician="Dr Paul Tissot",
        incidents="Petite extravasation, 2 mL",
    )
    assert "Garder le patient sur table" in text_of(response)
    done = Exam.objects.get(pk=exam.pk)
    assert (str(done.dlp), str(done.ctdi_vol), done.contrast_batch) == ("742.5", "48.25", "LOT-42")
    assert done.incidents.startswith("Petite extravasation")
    assert done.contrast_at is not None


def test_the_reason_of_a_repeat_is_read_on_the_card(territory: Territory, client: Client) -> None:
    exam = begin_check(exam=finished(territory), by=territory.imageur, at=now())
    ask_repeat(exam=exam, reason="Mouvements : refaire la base", by=territory.imageur, at=now())
    said = shown(client, exam)
    assert "Mouvements : refaire la base" in said
    assert 'value="742,5"' in said  # what the first acquisition wrote is not typed twice


def test_the_patient_leaves_only_when_the_images_are_accepted(territory: Territory, client: Client) -> None:
    exam = finished(territory)
    for _moment in ("acquired", "checking"):
        assert "Garder le patient sur table" in shown(client, exam)
        assert "Le patient peut quitter la salle" not in shown(client, exam)
        if _moment == "acquired":
            exam = begin_check(exam=exam, by=territory.imageur, at=now())
    accept_images(exam=exam, by=territory.imageur, at=now())
    assert "Le patient peut quitter la salle" in shown(client, exam)
    assert "Garder le patient sur table" not in shown(client, exam)


def test_an_exam_that_cannot_be_interpreted_says_what_comes_next(
    territory: Territory, client: Client
) -> None:
    exam = begin_check(exam=finished(territory), by=territory.imageur, at=now())
    declare_not_interpretable(
        exam=exam, comment="Artefacts", next_step="IRM demain", by=territory.imageur, at=now()
    )
    said = shown(client, exam)
    assert "IRM demain" in said
    assert "Le patient peut quitter la salle" not in said


def test_the_dose_that_waited_is_recorded_from_the_card(territory: Territory, client: Client) -> None:
    exam = started(territory, urgency="vital")
    receive(territory, exam)
    assert "La dose reste à enregistrer" in text_of(touch(client, "finish", exam, device="Scanner 1"))
    assert "La dose reste à enregistrer" not in text_of(touch(client, "dose", exam, dlp="742,5"))
    assert not list_open_duties(exam.act).exists()


def test_a_patient_who_could_not_be_asked_is_informed_afterwards(
    territory: Territory, client: Client
) -> None:
    exam = arrived(territory)
    touch(client, "prepare", exam, consent_act="impossible:nobody:unconscious")
    assert "L’accord du patient n’a pas pu être demandé" in shown(client, exam)
    there = {"means": "screen", "recipient": "patient"}
    client.post(reverse("consents:inform", args=[exam.act_id]), there)
    assert not list_open_duties(exam.act).exists()


@pytest.mark.parametrize("motive", ["refuses_act", "refuses_distance", "breakdown"])
def test_cancelling_asks_why_and_leads_to_the_card(territory: Territory, client: Client, motive: str) -> None:
    exam = arrived(territory)
    assert touch(client, "cancel", exam).status_code == 422
    response = touch(client, "cancel", exam, motive=motive, reason="Le patient préfère attendre")
    assert response.headers["HX-Redirect"] == page("exam", exam)
    assert state_of(exam) == ExamState.CANCELLED
    assert "Cet examen n’a pas lieu" in shown(client, exam)


def test_an_exam_under_way_is_interrupted_from_the_card(territory: Territory, client: Client) -> None:
    exam = started(territory)
    assert "Interrompre l’examen" in shown(client, exam)
    touch(client, "cancel", exam, motive="patient_state")
    assert state_of(exam) == ExamState.CANCELLED


def test_a_message_reaches_the_thread(territory: Territory, client: Client) -> None:
    exam = arrived(territory)
    assert "Le patient bouge" in text_of(touch(client, "write", exam, text="Le patient bouge"))
    assert [each.text for each in list_messages(exam.act)] == ["Le patient bouge"]
    assert touch(client, "write", exam, text="   ").status_code == 422


def test_the_radiologist_is_a_telephone_call_away(territory: Territory, client: Client) -> None:
    assert 'href="tel:0199000000"' in shown(client, arrived(territory))


def test_every_form_works_without_scripts(territory: Territory, client: Client) -> None:
    exam = planned(territory)
    response = client.post(page("arrive", exam))
    assert response.headers["Location"] == page("exam", exam)
    assert client.post(page("arrive", exam)).status_code == 409


def test_someone_who_was_faster_is_said_above_the_fresh_card(territory: Territory, client: Client) -> None:
    exam = planned(territory)
    record_arrival(exam=exam, by=territory.technologist, at=now())
    response = touch(client, "arrive", exam, seen="scheduled")
    said = text_of(response)
    assert response.status_code == 409
    assert "n’est plus possible" in said
    assert "Vérifications à la table" in said


def perform(territory: Territory, exam: Exam, *, revision: int = 1, **said: object) -> None:
    step = read_step("1.2.500", revision, make_step(exam.act, **said))  # type: ignore[arg-type]
    record_performed_step(said=step, by=make_edge(territory), at=now())


def test_the_card_says_what_the_device_says(territory: Territory, client: Client) -> None:
    exam = started(territory)
    assert "Ce que dit l’appareil" not in shown(client, exam)
    perform(territory, exam, status="IN PROGRESS")
    assert "depuis 09:30" in shown(client, exam)
    receive(territory, exam)
    perform(territory, exam, series=[make_series(3)], revision=2)
    said = shown(client, exam)
    assert "de 09:30 à 09:42" in said
    assert "1 série, 3 images" in said
    assert "L’appareil a commencé" not in said


def test_a_device_that_starts_before_the_card_is_pointed_at(territory: Territory, client: Client) -> None:
    exam = ready(territory)
    perform(territory, exam, status="IN PROGRESS")
    assert "L’appareil a commencé, l’examen n’est pas commencé ici" in shown(client, exam)


def test_the_card_says_what_the_archive_was_asked(territory: Territory, client: Client, at: datetime) -> None:
    exam = ready(territory)
    ask_for_priors(act=exam.act, at=at)
    assert "Demandés à l’archive du site" in shown(client, exam)
    search, gateway = PriorSearch.objects.get(), make_edge(territory)
    study = EarlierStudy("1.2.3", territory.site.issuer, f"{at:%Y%m%d}", "", ("CT",), ("HEAD",))
    record_candidates(search=search, studies=[study], by=gateway, at=at)
    done = PriorSearchState.DONE
    end_search(search=search, state=done, reason="", missing=2, by=gateway, at=at)
    said = shown(client, exam)
    assert "Archive du site consultée · 1 examen antérieur trouvé, 1 retenu" in said
    assert "2 images n’ont pas pu être envoyées" in said
