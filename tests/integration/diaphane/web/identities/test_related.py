"""The pages of representatives and carers: the site writes them, the patient allows them (R57, R126)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.audit.models import Entry
from diaphane.consents.queries import get_consent
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.patients.allowing import grant_matter
from diaphane.patients.models import RelatedPerson, Relationship
from diaphane.patients.relating import Bond, add_relationship
from tests.factories import PatientFactory, make_patient_actor
from tests.integration.diaphane.acquisition.table import planned
from tests.integration.diaphane.consents.test_giving import make_child
from tests.integration.diaphane.web.technologist.pages import text_of
from tests.reading_scenes import signed
from tests.scenes import Territory

Login = Callable[[Actor], Client]
MOTHER = {"birth_name": "Ivol", "first_names": "Élise", "phone": "06 99 00 00 10", "quality": "parent"}
PEOPLE = reverse("patient:people")


def at(name: str, key: object) -> str:
    return reverse(f"identities:{name}", args=[key])


def write(territory: Territory, quality: str = "carer") -> Relationship:
    return add_relationship(
        patient_id=territory.patient.pk,
        person=RelatedPerson(birth_name="Ivol", first_names="Élise", phone="06 99 00 00 10"),
        bond=Bond(quality),
        is_distinct=False,
        by=territory.technologist,
        at=now(),
    )


def test_a_visitor_another_role_and_another_site_write_nothing(territory: Territory, login: Login) -> None:
    bond, page = write(territory), at("related", territory.patient.pk)
    assert "/compte/" in Client().post(page, MOTHER)["Location"]
    assert login(territory.imageur).post(page, MOTHER).status_code == 403
    stranger = login(territory.outsider)
    assert stranger.get(page).status_code == 404
    for name in ("correct_related", "see_paper", "end_relationship"):
        assert stranger.post(at(name, bond.pk), MOTHER | {"reason": "x"}).status_code == 404
    other = login(make_patient_actor(PatientFactory(birth_name="Étranger")))
    assert other.post(reverse("patient:allow", args=[bond.pk]), {"matter": "told"}).status_code == 404
    assert other.post(reverse("patient:leave_person", args=[bond.pk])).status_code == 404
    assert "Ivol".upper() not in text_of(other.get(PEOPLE))
    bond.refresh_from_db()
    assert (bond.ended_at, Relationship.objects.count()) == (None, 1)


def test_what_is_not_said_is_asked_for(territory: Territory, login: Login) -> None:
    page = at("related", territory.patient.pk)
    said = login(territory.technologist).post(page, {"birth_name": "Ivol", "phone": "aucun"})
    assert "Un numéro de téléphone s’écrit en chiffres" in text_of(said)
    assert not RelatedPerson.objects.exists()


def test_a_mother_is_written_proven_and_answers(territory: Territory, login: Login) -> None:
    make_child(territory)
    exam, client = planned(territory), login(territory.technologist)
    page = at("related", territory.patient.pk)
    assert client.post(page, MOTHER)["Location"] == page
    bond = Relationship.objects.get()
    assert "Justificatif à voir" in text_of(client.get(page))
    client.post(at("see_paper", bond.pk), {"paper": "family_record"})
    said = text_of(client.get(at("relationship", bond.pk)))
    assert f"vu par {territory.technologist.label}" in said
    assert Entry.objects.filter(action="viewed.identity", patient_id=territory.patient.pk).exists()

    agreements = reverse("consents:agreements", args=[exam.act_id])
    assert "IVOL Élise (parent, titulaire de l’autorité parentale)" in text_of(client.get(agreements))
    answer = {"subjects": ["act", "distance"], "who": str(bond.pk), "manner": "oral"}
    assert client.post(reverse("consents:agree", args=[exam.act_id]), answer)["Location"] == agreements
    kept = get_consent(exam.act, "act")
    assert kept is not None
    assert (kept.source, kept.quality, kept.answered_by) == ("representative", "parent", "IVOL Élise")
    assert kept.relationship == bond
    card = client.get(reverse("technologist:exam", args=[exam.act_id]))
    assert "IVOL Élise · 06 99 00 00 10" in text_of(card)


def test_the_same_names_are_shown_before_somebody_is_written_twice(
    territory: Territory, login: Login
) -> None:
    bond, client = write(territory), login(territory.technologist)
    page, values = at("related", territory.patient.pk), MOTHER | {"quality": "trusted"}
    asked = client.post(page, values)
    assert asked.status_code == 409
    assert "Une autre personne, qui porte les mêmes nom et prénom" in text_of(asked)
    assert client.post(page, values | {"known": "personne"}).status_code == 404
    client.post(page, values | {"known": str(bond.person_id)})
    assert bond.person.relationships.count() == 2
    client.post(page, values | {"quality": "to_call", "known": "another"})
    assert RelatedPerson.objects.count() == 2


def test_a_person_is_corrected_with_what_was_and_ended_with_a_reason(
    territory: Territory, login: Login
) -> None:
    bond, client = write(territory), login(territory.technologist)
    client.post(at("correct_related", bond.pk), MOTHER | {"phone": "06 99 00 00 11"})
    said = text_of(client.get(at("relationship", bond.pk)))
    assert "06 99 00 00 11" in said
    assert "06 99 00 00 10" in said
    assert client.post(at("end_relationship", bond.pk), {"reason": " "}).status_code == 422
    client.post(at("end_relationship", bond.pk), {"reason": "Ne s’en occupe plus"})
    assert "Ne s’en occupe plus" in text_of(client.get(at("relationship", bond.pk)))
    assert "Ne compte plus" in text_of(client.get(at("related", territory.patient.pk)))


def test_the_patient_opens_closes_and_takes_off(territory: Territory, login: Login) -> None:
    bond, client = write(territory), login(make_patient_actor(territory.patient))
    allow = reverse("patient:allow", args=[bond.pk])
    assert "Apprendre mon résultat par l’équipe" in text_of(client.get(PEOPLE))
    client.post(allow, {"matter": "told"})
    assert bond.grants.filter(matter="told", revoked_at=None).exists()
    client.post(allow, {"matter": "told", "closes": "yes"})
    assert not bond.grants.filter(revoked_at=None).exists()
    assert client.post(allow, {"matter": "answer"}).status_code == 409
    client.post(reverse("patient:leave_person", args=[bond.pk]))
    assert "Ne compte plus" in text_of(client.get(PEOPLE))
    bond.refresh_from_db()
    assert bond.ended_reason == "Le patient le souhaite."


def test_the_team_reads_who_may_be_told_the_result(territory: Territory, login: Login) -> None:
    bond, me = write(territory), make_patient_actor(territory.patient)
    page = reverse("reports:show", args=[signed(territory).act_id])
    assert "Peuvent l’apprendre aussi" not in text_of(login(territory.requester).get(page))
    grant_matter(relationship_id=bond.pk, matter="told", by=me, at=now())
    said = text_of(login(territory.requester).get(page))
    assert "Peuvent l’apprendre aussi : IVOL Élise (aidant), 06 99 00 00 10" in said


@pytest.mark.parametrize("quality", ["carer", "curator", "trusted"])
def test_who_does_not_answer_for_the_patient_is_not_offered(
    territory: Territory, login: Login, quality: str
) -> None:
    bond, exam, client = write(territory, quality), planned(territory), login(territory.technologist)
    page = client.get(reverse("consents:agreements", args=[exam.act_id])).content.decode()
    assert "IVOL Élise" in page
    assert f'value="{bond.pk}"' not in page
    answer = {"subjects": ["act"], "who": str(bond.pk), "manner": "oral"}
    assert client.post(reverse("consents:agree", args=[exam.act_id]), answer).status_code == 422
