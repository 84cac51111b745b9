"""An image that came twice: named by its number, series and exam, compared, and chosen by a person (R40)."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from pydicom import dcmread

from diaphane.acquisition.models import Exam
from diaphane.audit.models import Entry
from diaphane.events.models import Event
from diaphane.imaging.models import Instance, Reconciliation, ReconciliationState
from diaphane.imaging.operations import store_instance
from diaphane.imaging.preparing import prepare_documents
from diaphane.imaging.receipts import Outcome
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from tests.factories import StructureFactory, make_actor
from tests.images import make_ct
from tests.reading_scenes import acquired, make_edge
from tests.scenes import Territory

from .pages import page, text_of

Login = Callable[[Actor], Client]
UID = "2.25.1234567890"
SAME = {"SOPInstanceUID": UID, "SeriesInstanceUID": "2.25.77", "FrameOfReferenceUID": "2.25.78"}


@pytest.fixture
def exam(territory: Territory) -> Exam:
    return acquired(territory)


@pytest.fixture
def client(territory: Territory, login: Login) -> Client:
    return login(territory.technologist)


def receive(territory: Territory, exam: Exam, **changed: object) -> bytes:
    content = make_ct(exam.act, **{"number": 4, **SAME, **changed})  # type: ignore[arg-type]
    store_instance(content=content, by=make_edge(territory), at=now())
    return content


@pytest.fixture
def conflict(territory: Territory, exam: Exam) -> Reconciliation:
    """Return an image of which another content came."""
    receive(territory, exam)
    receive(territory, exam, number=5, size=48)
    return Reconciliation.objects.get()


def url(name: str, conflict: Reconciliation, *more: object) -> str:
    return reverse(f"technologist:{name}", args=[conflict.pk, *more])


def choose(client: Client, name: str, conflict: Reconciliation, reason: str = "Relue") -> tuple[int, str]:
    response = client.post(url(name, conflict), {"reason": reason}, headers={"HX-Request": "true"})
    return response.status_code, text_of(response)  # type: ignore[arg-type]


def width(answer: bytes) -> int:
    return Image.open(BytesIO(answer)).width


def test_another_site_sees_neither_version_and_chooses_nothing(
    conflict: Reconciliation, login: Login
) -> None:
    stranger = login(make_actor(Role.TECHNOLOGIST, StructureFactory()))
    for which in ("montree", "a-part"):
        assert stranger.get(url("version", conflict, which, 1)).status_code == 404
    for name in ("exchange", "give_back", "set_aside"):
        assert choose(stranger, name, conflict)[0] == 404
    conflict.refresh_from_db()
    assert conflict.state == ReconciliationState.WAITING


def test_other_roles_choose_nothing(conflict: Reconciliation, territory: Territory, login: Login) -> None:
    for actor in (territory.imageur, territory.requester):
        for name in ("exchange", "give_back"):
            assert choose(login(actor), name, conflict)[0] == 403
        assert login(actor).get(url("version", conflict, "a-part", 1)).status_code == 403


def test_the_list_says_one_image_and_which(client: Client, conflict: Reconciliation, exam: Exam) -> None:
    said = text_of(client.get(page("reconciliation")))  # type: ignore[arg-type]
    assert "1 image, deux contenus" in said
    assert "Image n° 4 de la série « 2 · Parenchyme »" in said
    assert exam.act.patient.display_name in said
    assert "3 images" not in said
    assert "Chaque image a trouvé son examen" not in said


def test_both_versions_stand_side_by_side_with_what_differs_and_no_value(
    client: Client, conflict: Reconciliation, territory: Territory
) -> None:
    said = text_of(client.get(url("arrival", conflict)))  # type: ignore[arg-type]
    assert "Première reçue : montrée dans l’examen" in said
    assert "Seconde reçue : gardée à part" in said
    assert "Les pixels ne sont pas les mêmes" in said
    assert "le numéro de l’image" in said
    assert "le nom du patient" not in said
    shown, aside = (client.get(url("version", conflict, which, 1)) for which in ("montree", "a-part"))
    assert (width(shown.content), width(aside.content)) == (32, 48)
    assert aside.headers["Cache-Control"] == "private, no-store"
    assert client.get(url("version", conflict, "a-part", 2)).status_code == 404
    assert client.get(url("version", conflict, "autre", 1)).status_code == 404
    assert Entry.objects.filter(action="viewed.images", actor_id=territory.technologist.id).exists()


def test_a_reason_is_needed(client: Client, conflict: Reconciliation) -> None:
    assert choose(client, "exchange", conflict, reason=" ")[0] == 422
    assert choose(client, "give_back", conflict)[0] == 409
    assert Instance.objects.get(sop_instance_uid=UID).number == 4


def test_the_second_is_taken_and_the_first_can_be_shown_again(
    client: Client, conflict: Reconciliation, exam: Exam, territory: Territory
) -> None:
    first = Instance.objects.get(sop_instance_uid=UID)
    prepare_documents(first.series.study_id)
    assert choose(client, "exchange", conflict)[0] == 204
    taken = Instance.objects.get(sop_instance_uid=UID)
    assert (taken.pk, taken.number, taken.rows) == (first.pk, 5, 48)
    assert '"00200013":{"vr":"IS","Value":[5]}' in taken.metadata.replace(" ", "")
    conflict.refresh_from_db()
    assert (conflict.sha256, conflict.state) == (first.sha256, ReconciliationState.ATTACHED)
    said = text_of(client.get(url("arrival", conflict)))  # type: ignore[arg-type]
    assert "La seconde image est montrée à la place de la première" in said
    assert "Première reçue : gardée à part" in said
    assert choose(client, "exchange", conflict)[0] == 409
    assert choose(client, "give_back", conflict)[0] == 204
    again = Instance.objects.get(sop_instance_uid=UID)
    assert (again.sha256, again.storage_key, again.metadata) == (
        first.sha256,
        first.storage_key,
        first.metadata,
    )
    assert Entry.objects.filter(action="images.exchanged", act_id=exam.act_id).count() == 2
    assert Event.objects.filter(kind="images.exchanged", act_id=exam.act_id).count() == 2


def test_the_first_sent_again_asks_nothing_anew(
    client: Client, conflict: Reconciliation, exam: Exam, territory: Territory
) -> None:
    first = Instance.objects.get(sop_instance_uid=UID)
    content = make_ct(exam.act, number=4, **SAME)  # type: ignore[arg-type]
    assert dcmread(BytesIO(content)).InstanceNumber == first.number
    choose(client, "exchange", conflict)
    receipt = store_instance(content=content, by=make_edge(territory), at=now())
    assert receipt.outcome is Outcome.CONFLICT
    assert Reconciliation.objects.count() == 1


@pytest.fixture
def series(territory: Territory, exam: Exam) -> list[Reconciliation]:
    """Return three images of one series of which another content came, and one of another series."""
    for number, place in ((1, "2.25.77"), (2, "2.25.77"), (3, "2.25.77"), (4, "2.25.99")):
        named = {"SOPInstanceUID": f"2.25.500{number}", "SeriesInstanceUID": place, "number": number}
        receive(territory, exam, **named)
        receive(territory, exam, **named, size=48)
    return list(Reconciliation.objects.order_by("created_at", "pk"))


def list_sides() -> list[int]:
    """List the sides of the images of those series that their exam shows, in pixels, by number."""
    shown = Instance.objects.filter(sop_instance_uid__startswith="2.25.500").order_by("sop_instance_uid")
    return list(shown.values_list("rows", flat=True))


def test_a_series_that_came_twice_is_one_card_and_may_be_decided_at_once(
    client: Client, series: list[Reconciliation]
) -> None:
    said = text_of(client.get(page("reconciliation")))  # type: ignore[arg-type]
    assert "3 images, deux contenus chacune" in said
    assert "1 image, deux contenus" in said
    said = text_of(client.get(url("arrival", series[0])))  # type: ignore[arg-type]
    assert "La même chose pour les 2 autres images de cette série" in said
    posted = {"reason": "Série reprise", "is_for_series": "on"}
    assert client.post(url("exchange", series[0]), posted).status_code == 302
    assert list_sides() == [48, 48, 48, 32]
    assert client.post(url("give_back", series[1]), posted).status_code == 302
    assert list_sides() == [32, 32, 32, 32]
    assert client.post(url("set_aside", series[3]), posted).status_code == 302
    assert not Reconciliation.objects.filter(state=ReconciliationState.WAITING).exists()


def test_one_that_cannot_be_taken_stops_the_whole_series(
    client: Client, series: list[Reconciliation], territory: Territory, exam: Exam
) -> None:
    named = {"SOPInstanceUID": "2.25.5009", "SeriesInstanceUID": "2.25.77", "number": 9}
    receive(territory, exam, **named)
    receive(territory, exam, **named, PatientName="AUTRE^NOM")
    posted = {"reason": "Série reprise", "is_for_series": "on"}
    response = client.post(url("exchange", series[0]), posted, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert list_sides() == [32, 32, 32, 32, 32]
    assert set(Reconciliation.objects.values_list("state", flat=True)) == {ReconciliationState.WAITING}


def test_what_names_another_patient_never_takes_the_place(
    client: Client, territory: Territory, exam: Exam
) -> None:
    receive(territory, exam)
    receive(territory, exam, PatientName="AUTRE^NOM")
    conflict = Reconciliation.objects.get()
    said = text_of(client.get(url("arrival", conflict)))  # type: ignore[arg-type]
    assert "le nom du patient" in said
    assert "AUTRE" not in said
    assert "Prendre la seconde" not in said
    assert choose(client, "exchange", conflict)[0] == 422
    assert Instance.objects.get(sop_instance_uid=UID).series.study.act_id == exam.act_id
    assert choose(client, "set_aside", conflict)[0] == 204
