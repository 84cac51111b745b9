"""Looks at identities outside any exam, and days of many searches: listed, concluded on (R44)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from diaphane.acts import unusual_elsewhere
from diaphane.acts.models import OtherLookReview
from diaphane.acts.other_look_reviews import conclude_on_other_looks
from diaphane.acts.unusual_elsewhere import OtherLooks, Reason, list_other_unusual
from diaphane.audit.operations import Subject, record_view
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.patients.models import Patient
from diaphane.patients.operations import record_search
from diaphane.patients.watching import watch_patient
from tests.factories import PatientFactory, StructureFactory, make_actor
from tests.scenes import Territory

SOMEBODY = "Dr Xq Essai"  # a name that no patient of the tests bears
DAY = timedelta(days=1)


@pytest.fixture
def noon(at: datetime) -> datetime:
    """Return the noon of yesterday."""
    return localtime(at).replace(hour=12, minute=0) - DAY


def look(patient: Patient, by: Actor, at: datetime, *, label: str = SOMEBODY) -> None:
    subject = Subject("patient", patient.pk, patient_id=patient.pk)
    record_view("identity", by=replace(by, label=label), at=at, subject=subject)


def find(territory: Territory, since: datetime) -> list[OtherLooks]:
    return list_other_unusual(make_actor(Role.DPO, territory.site), since=since)


def test_an_ordinary_look_does_not_stand_out(territory: Territory, noon: datetime) -> None:
    look(territory.patient, territory.technologist, noon)
    record_search(found=3, by=territory.technologist, at=noon)
    assert find(territory, noon - DAY) == []


def test_the_officer_of_the_structure_alone_is_told(territory: Territory, noon: datetime) -> None:
    look(territory.patient, territory.technologist, noon, label="Mme QUATREFAGES")
    strangers = [make_actor(Role.DPO, StructureFactory()), make_actor(Role.DPO, territory.reader)]
    for actor in (*strangers, territory.requester, make_actor(Role.ADMINISTRATOR, territory.site)):
        assert list_other_unusual(actor, since=noon - DAY) == []
    assert [each.reasons for each in find(territory, noon - DAY)] == [(Reason.NAMESAKE,)]
    assert find(territory, noon + DAY) == []


def test_a_look_at_a_watched_identity_is_asked_about(territory: Territory, noon: datetime) -> None:
    admin = make_actor(Role.ADMINISTRATOR, territory.site)
    watch_patient(patient_id=territory.patient.pk, reason="Élu", by=admin, at=noon)
    look(territory.patient, territory.technologist, noon)
    [found] = find(territory, noon - DAY)
    assert found.reasons == (Reason.WATCHED,)
    assert found.number == territory.patient.identifiers.get().value


def test_a_day_of_too_many_identities_is_asked_about(
    territory: Territory, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unusual_elsewhere, "MANY_IDENTITIES_IN_A_DAY", 1)
    other = PatientFactory(provisional=True)
    for patient in (territory.patient, other):
        look(patient, territory.technologist, noon)
    look(other, replace(territory.technologist, session="the day before"), noon - DAY)
    found = find(territory, noon - 2 * DAY)
    assert [each.reasons for each in found] == [(Reason.MANY_IDENTITIES,)] * 2
    assert {each.patient_id for each in found} == {territory.patient.pk, other.pk}
    assert {len(each.entries) for each in found} == {1}


def test_a_day_of_too_many_searches_is_asked_about_once(
    territory: Territory, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unusual_elsewhere, "MANY_SEARCHES_IN_A_DAY", 2)
    for _each in range(3):
        record_search(found=1, by=territory.technologist, at=noon)
    for _each in range(2):
        record_search(found=1, by=territory.requester, at=noon)
    [found] = find(territory, noon - DAY)
    assert (found.reasons, found.patient_id, found.number) == ((Reason.MANY_SEARCHES,), None, "")
    assert found.entry.actor_id == territory.technologist.id


def test_a_conclusion_is_another_person_s_in_words_and_never_changed(
    territory: Territory, noon: datetime
) -> None:
    look(territory.patient, territory.technologist, noon, label="Mme Quatrefages")
    officer, since = make_actor(Role.DPO, territory.site), noon - DAY
    until = find(territory, since)[0].entry.pk
    said = {"person_id": territory.technologist.id, "until_entry": until, "since": since, "at": noon}
    with pytest.raises(NotAllowedError):
        conclude_on_other_looks(**said, verdict="justified", conclusion="x", by=territory.technologist)
    elsewhere = make_actor(Role.DPO, StructureFactory())
    with pytest.raises(ConflictError):
        conclude_on_other_looks(**said, verdict="justified", conclusion="x", by=elsewhere)
    for verdict, words in (("", "Vu"), ("justified", " ")):
        with pytest.raises(GuardError):
            conclude_on_other_looks(**said, verdict=verdict, conclusion=words, by=officer)
    review = conclude_on_other_looks(**said, verdict="justified", conclusion="Sa voisine", by=officer)
    assert find(territory, since) == []
    with pytest.raises(ConflictError):
        conclude_on_other_looks(**said, verdict="justified", conclusion="Encore", by=officer)
    for change in (
        lambda: OtherLookReview.objects.filter(pk=review.pk).update(conclusion="x"),
        lambda: OtherLookReview.objects.filter(pk=review.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    again = replace(territory.technologist, session="later")
    look(territory.patient, again, noon, label="Mme Quatrefages")
    assert [each.entry.session for each in find(territory, since)] == ["later"]


def test_the_page_names_no_patient_and_takes_the_conclusion(
    territory: Territory, login: Callable[[Actor], Client], at: datetime
) -> None:
    look(territory.patient, territory.technologist, at - timedelta(minutes=1), label="Mme Quatrefages")
    client = login(make_actor(Role.DPO, territory.site))
    page = client.get(reverse("unusual"))
    number = territory.patient.identifiers.get().value
    assert f"identité du patient {number}" in page.content.decode()
    assert territory.patient.birth_name.upper() not in page.content.decode()
    address = reverse("conclude_on_other_looks", args=[territory.technologist.id])
    until = page.context["others"][0].look.entry.pk
    said = {"verdict": "justified", "conclusion": "Sa belle-sœur, à sa demande", "until": until}
    assert client.post(address, said).status_code == 302
    concluded = client.get(reverse("unusual"))
    assert concluded.context["others"] == []
    assert "Sa belle-sœur, à sa demande" in concluded.content.decode()
    assert client.post(address, said).status_code == 409
