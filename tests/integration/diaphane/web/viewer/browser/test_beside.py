"""A prior hangs beside the exam's images, its comparable series chosen; the others are fetched when asked."""

from diaphane.acts.models import Act
from diaphane.imaging.models import Prior, Study
from diaphane.kernel.clock import now
from diaphane_dicom.identifiers import new_uid
from tests import joins
from tests.images import make_htj2k_ct
from tests.live_server import LiveServer
from tests.scenes import Territory

from .chromium import MARKS, browsing, see_words, send, wait_until_something_shows, watch

pytestmark = MARKS
SAGITTAL = [0, 1, 0, 0, 0, -1]


def send_series(server: LiveServer, territory: Territory, act: Act | None, **elements: object) -> None:
    shared = {"SeriesInstanceUID": new_uid(), "FrameOfReferenceUID": new_uid()} | elements
    slices = [make_htj2k_ct(act, number=n, size=128, **shared) for n in range(1, 6)]
    send(server, territory, *slices)


def put_beside(server: LiveServer, territory: Territory, act: Act, day: str, **elements: object) -> Prior:
    """Send an earlier exam of two series, and put it beside."""
    uid = new_uid()
    told = {"StudyInstanceUID": uid, "StudyDate": day, **elements}
    send_series(
        server,
        territory,
        None,
        SeriesDescription="Sag",
        ImageOrientationPatient=SAGITTAL,
        SeriesNumber=1,
        **told,
    )
    send_series(server, territory, None, SeriesDescription="Ax", SeriesNumber=2, **told)
    study = Study.objects.get(study_instance_uid=uid)
    return joins.put_beside(study, act, territory, at=now())


def test_the_helpful_prior_hangs_on_the_right_and_no_other_is_fetched(
    server: LiveServer, territory: Territory, act: Act, session: str
) -> None:
    send_series(server, territory, act, SeriesDescription="Ax", StudyDate="20261122", SeriesNumber=4)
    put_beside(
        server, territory, act, "20200101", StudyDescription="Scanner du genou", BodyPartExamined="KNEE"
    )
    near = put_beside(server, territory, act, "20240305", BodyPartExamined="HEAD")
    far = put_beside(server, territory, act, "20210305", BodyPartExamined="HEAD")
    with browsing(server, session) as page:
        asked, said = watch(page)
        page.goto(f"{server.url}/examens/{act.pk}/images/")
        wait_until_something_shows(page)
        words = see_words(page)
        assert len(words) == 2
        assert words[0].startswith("Examen actuel\n22/11/2026")
        assert words[1].startswith("Examen antérieur\n05/03/2024")
        assert all("Ax" in each for each in words)
        fetched = [each for each in asked if "/metadata" in each or "/frames/" in each]
        assert any(near.study.study_instance_uid in each for each in fetched)
        assert not any(far.study.study_instance_uid in each for each in fetched)
        page.get_by_role("link", name="05/03/2021").click()
        words = see_words(page)
        assert "05/03/2021" in words[1]
        page.get_by_role("link", name="Sans antérieur").click()
        assert len(see_words(page)) == 1
    assert said == []


def test_without_a_prior_the_exam_opens_alone_on_its_middle(
    server: LiveServer, territory: Territory, act: Act, session: str
) -> None:
    send_series(server, territory, act, SeriesDescription="Ax")
    with browsing(server, session) as page:
        page.goto(f"{server.url}/examens/{act.pk}/images/")
        wait_until_something_shows(page)
        words = see_words(page)
        assert page.get_by_role("navigation", name="Antérieur").count() == 0
    assert len(words) == 1
    assert "(3/5)" in words[0]
    assert "actuel" not in words[0]
