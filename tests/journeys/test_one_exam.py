"""One exam, from the request to the patient's hands: real pages, real DICOM, a real browser."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from diaphane.acts.models import Act
from diaphane.patients.models import Patient
from tests.reading_scenes import fresh_code

from .people import People
from .scanner import SLICES, await_worklist, scan
from .stack import Stack, assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REQUEST = {
    "exam_code": "CT-HEAD",
    "question": "Hémorragie intracrânienne ?",
    "history": "Chute de sa hauteur, perte de connaissance brève.",
    "antecedents": "Fibrillation atriale",
    "wanted_by": "dans les deux heures",
    "risks": "aucun connu",
    "biology": "aucune",
    "prior_imaging": "aucune connue",
    "previous_ionising": "aucun connu",
    "justification": "Traumatisme crânien sous anticoagulant",
    "distance_reason": "pas de radiologue sur place",
    "callback_phone": "01 99 00 10 15",
    "contact": "Box 3 des urgences",
}
QUESTION, ANSWER = "Heure de la dernière prise ?", "Hier à 20 h."
CONCLUSION = "Pas d’hémorragie intracrânienne."
FOUND = "Nous n’avons pas vu de saignement."


def test_one_exam_goes_from_the_request_to_the_patients_hands(chromium: Browser, stack: Stack) -> None:
    people = stack.people
    reading = stack.sit_down(chromium, people.imageur)
    expect(reading).to_have_url(re.compile("/lecture/$"))
    assert_accessible(reading)

    asking = stack.sit_down(chromium, people.requester)
    _ask_for_the_exam(asking, people)
    _question_and_answer(reading, asking, people)
    _validate(reading)

    table = stack.sit_down(chromium, people.technologist, width=1024)
    _plan(table, people)
    [item] = await_worklist(stack)
    assert str(item.PatientName) == people.patient.dicom_name
    assert item.ScheduledProcedureStepSequence[0].ScheduledProcedureStepStatus == "SCHEDULED"

    act = Act.objects.get()
    _supervise(reading, act)
    _prepare(table, act)
    _start(table)
    scan(stack, item)
    _watch_the_images_and_finish(table)

    _check_the_images(reading, act)
    _write_and_sign(reading, people)

    _receive(asking, act)
    _receive(stack.sit_down(chromium, people.treating), act)
    _assert_mails_say_nothing(stack, people.patient)

    patient = stack.sit_down(chromium, people.patient_account, width=390)
    expect(patient.locator("main")).not_to_contain_text(FOUND)
    assert patient.goto(f"/mon-espace/{act.pk}/").status == 404
    _tell_the_patient(reading, act)
    _understand(patient, act, people)

    stranger = stack.sit_down(chromium, people.outsider)
    for address in (f"/demandes/{act.pk}/", f"/comptes-rendus/{act.pk}/", f"/examens/{act.pk}/images/"):
        assert stranger.goto(address).status == 404


def _ask_for_the_exam(page: Page, people: People) -> None:
    """Step 1: what is missing is shown, then the request leaves."""
    assert_accessible(page)
    page.goto("/demandes/nouvelle/")
    assert_accessible(page)
    page.get_by_role("button", name=re.compile(people.patient.display_name)).click()
    expect(page.locator("#missing")).to_contain_text("question posée")
    for name, value in REQUEST.items():
        field = page.locator(f"form#draft [name={name}]")
        if name == "exam_code":
            field.select_option(value)
        else:
            field.fill(value)
    for name, value in (("urgency", "urgent"), ("pregnancy", "not_concerned"), ("information", "given")):
        page.locator(f"form#draft [name={name}][value={value}]").check()
    page.locator("[name=treating_physician_email]").fill(people.email_of(people.treating))
    expect(page.locator("#missing .gaps-done")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Envoyer la demande").click()
    page.wait_for_url(re.compile(r"/demandes/[0-9a-f-]{36}/$"))
    assert_accessible(page)


def _question_and_answer(reading: Page, asking: Page, people: People) -> None:
    """Step 2: the request arrives without reloading; a question and its answer cross live."""
    reading.get_by_role("link", name=people.patient.display_name).click()
    reading.get_by_role("button", name="Prendre la demande").click()
    reading.locator("form#validate").wait_for()
    assert_accessible(reading)
    reading.fill("[name=text]", QUESTION)
    reading.locator("button[value=question]").click()
    expect(asking.locator("#thread")).to_contain_text(QUESTION)
    asking.fill("[name=text]", ANSWER)
    asking.locator("#composer-actions button, form.composer button[type=submit]").first.click()
    expect(reading.locator("#thread")).to_contain_text(ANSWER)


def _validate(page: Page) -> None:
    page.fill("[name=protocol]", "Hélice crânienne sans injection, coupes de 0,6 mm.")
    page.locator("[name=granted_urgency][value=urgent]").check()
    page.get_by_role("button", name="Valider la demande").click()
    expect(page.locator("#decision")).to_contain_text("validée")


def _plan(page: Page, people: People) -> None:
    """Step 3: the exam waits on the board, and gets a slot."""
    expect(page).to_have_url(re.compile("/manipulation/$"))
    page.get_by_role("link", name=re.compile(people.patient.display_name)).click()
    assert_accessible(page)
    page.locator("button[name=when]").first.click()
    expect(page.get_by_role("button", name="Le patient est arrivé")).to_be_visible()


def _supervise(page: Page, act: Act) -> None:
    page.goto(f"/comptes-rendus/{act.pk}/images/")
    page.click("#do-supervise")
    expect(page.locator("#do-supervise")).to_have_count(0)
    assert_accessible(page)


def _prepare(page: Page, act: Act) -> None:
    """Step 4: identity, both consents, the link; what is missing blocks, and says who supplies it."""
    page.get_by_role("button", name="Le patient est arrivé").click()
    page.locator("#prepare").wait_for()
    assert_accessible(page)
    page.goto("/manipulation/liaison/")
    assert_accessible(page)
    page.locator("[data-measures]").click()
    expect(page.locator("#link-result")).to_contain_text("Bonne liaison", timeout=40_000)
    page.goto(f"/manipulation/{act.pk}/")
    page.get_by_role("button", name="Prêt").click()
    expect(page.locator("main")).to_contain_text("R57")
    for name, value in (
        ("identity_read_back", "wristband"),
        ("consent_act", "given:patient"),
        ("consent_distance", "given:patient"),
        ("pregnancy_answer", "not_concerned"),
    ):
        choice = page.locator(f"[name={name}][value='{value}']")
        if choice.count():
            choice.check()
    page.get_by_role("button", name="Prêt").click()
    page.locator("#start").wait_for()


def _start(page: Page) -> None:
    page.get_by_role("button", name="Démarrer l’examen").click()
    page.locator("#finish").wait_for()


def _watch_the_images_and_finish(page: Page) -> None:
    """The counters follow the gateway and the platform, live; then the dose, and the end."""
    verified = page.locator(".counts-trio .is-verified dd").first
    expect(verified).to_have_text(str(SLICES), timeout=40_000)
    assert_accessible(page)
    page.fill("[name=ctdi_vol]", "42,1")
    page.fill("[name=dlp]", "760,5")
    page.fill("[name=acquisitions]", "Une hélice crânienne")
    page.get_by_role("button", name="Acquisition terminée").click()
    expect(page.locator("main")).to_contain_text("Garder le patient")


def _check_the_images(page: Page, act: Act) -> None:
    """Step 5: OHIF shows the images; the imageur accepts them."""
    page.goto(f"/comptes-rendus/{act.pk}/images/")
    page.click("#do-begin")
    expect(page.locator("#do-accept")).to_be_visible()
    assert_accessible(page)
    page.click("#do-accept")
    page.wait_for_url(re.compile("/redaction/$"))
    viewer = page.frame_locator("iframe").frame_locator("iframe")
    expect(viewer.locator("canvas").first).to_be_visible(timeout=60_000)


def _write_and_sign(page: Page, people: People) -> None:
    page.fill("[name=section-0]", "Pas d’hémorragie. Différenciation conservée.")
    page.fill("[name=conclusion]", CONCLUSION)
    page.fill("[name=next_step]", "Surveillance clinique 24 heures")
    page.locator("[name=criticality][value=none]").check()
    page.fill("[name=patient_searched]", "Un saignement dans la tête.")
    page.fill("[name=patient_found]", FOUND)
    page.fill("[name=patient_next]", "Vous restez en observation jusqu’à demain.")
    page.locator("[name=announcement][value=not_needed]").check()
    expect(page.locator("#kept .gaps-done")).to_be_visible()
    assert_accessible(page)
    page.fill("[name=code]", "000000")
    page.click("#sign")
    expect(page.locator("#refusal")).to_contain_text("R39")
    page.fill("[name=code]", fresh_code(people.imageur, lasting=15))
    page.dblclick("#sign")
    page.wait_for_url(re.compile(r"/comptes-rendus/[0-9a-f-]{36}/$"))
    expect(page.locator("main")).to_contain_text(CONCLUSION)
    assert_accessible(page)
    document = page.request.get(f"{page.url}document.pdf")
    assert document.body().startswith(b"%PDF-")


def _receive(page: Page, act: Act) -> None:
    """Step 6: the report waits for its recipient, who says so."""
    page.goto("/comptes-rendus/")
    assert_accessible(page)
    page.locator(f"a[href='/comptes-rendus/{act.pk}/']").first.click()
    expect(page.locator("main")).to_contain_text(CONCLUSION)
    page.click("#do-receive")
    expect(page.locator("#do-receive")).to_have_count(0)


def _assert_mails_say_nothing(stack: Stack, patient: Patient) -> None:
    reports = [each for each in stack.mailbox.messages if "nouvel appareil" not in str(each["Subject"])]
    assert len(reports) == 2
    for message in stack.mailbox.messages:
        words = message.as_string().lower()
        for secret in (patient.birth_name, patient.ins, "hémorragie", "tdm", "cérébral"):
            assert secret.lower() not in words


def _tell_the_patient(page: Page, act: Act) -> None:
    """Step 7: a person tells the patient, and says so."""
    page.goto(f"/comptes-rendus/{act.pk}/")
    page.locator("#patient-told [name=how][value=video]").check()
    page.click("#patient-told button")
    expect(page.locator("#patient-told form")).to_have_count(0)


def _understand(page: Page, act: Act, people: People) -> None:
    """The patient reads plain words, sees the images, and who has looked."""
    page.goto("/mon-espace/")
    assert_accessible(page)
    page.locator(f"a[href='/mon-espace/{act.pk}/']").first.click()
    expect(page.locator("main")).to_contain_text(FOUND)
    expect(page.locator("main")).to_contain_text(people.imageur.label)
    assert_accessible(page)
    page.locator(f"a[href='/mon-espace/{act.pk}/images/']").click()
    expect(page.locator(".film:not([hidden])")).to_have_attribute("data-all-exact", "")
    expect(page.locator("main")).to_contain_text("Image exacte")
    assert_accessible(page)
