"""What a person is told of the gateway, in the state that it is in."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from diaphane_dicom.identifiers import new_uid
from diaphane_edge.advice import Level, advise
from diaphane_edge.asides import list_asides
from diaphane_edge.backlog import Backlog
from diaphane_edge.contact import Contact, Purpose, Trouble
from diaphane_edge.credentials import CredentialState
from diaphane_edge.lanes import Lane, StudyLane
from diaphane_edge.metrics import write_metrics
from diaphane_edge.reasons import Reason, refused
from diaphane_edge.spool import Spool
from diaphane_edge.states import State
from diaphane_edge.status import Disk, Status, get_status
from diaphane_edge.status_page import draw_page, escape
from diaphane_edge.status_text import write_status
from diaphane_edge.words import (
    LANES,
    PURPOSES,
    REASONS,
    REFUSALS,
    STATES,
    TROUBLES,
    spell_duration,
    spell_reason,
)
from tests.unit.diaphane_dicom.files import image

from . import arrivals

NO_BREAK = "\N{NO-BREAK SPACE}"


class Site:
    """A spool and its contact with the platform."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spool = Spool(folder)
        self.contact = Contact()

    def receive(self, study: str = "1.1") -> None:
        content = image(
            np.zeros((4, 4), np.uint8),
            StudyInstanceUID=study,
            SOPInstanceUID=new_uid(),
            PatientName="GARNIER^ODETTE",
            PatientID="MATRICULE-77",
        )
        arrivals.receive(self.spool, content)

    def status(self) -> Status:
        return get_status(
            ae_title="LISIERE", spool=self.folder, journal=self.spool.journal, contact=self.contact
        )

    def texts(self) -> list[str]:
        """Return all that a person may read."""
        return [
            write_status(self.status()),
            draw_page(self.status(), site="Saint-Aubin", drawn_at="03:00:00"),
        ]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path / "spool")
    yield site
    site.spool.close()


def titles(status: Status) -> list[tuple[Level, str]]:
    return [(advice.level, advice.title) for advice in advise(status)]


def test_every_code_has_its_french() -> None:
    assert set(STATES) == set(State)
    assert set(LANES) == set(Lane)
    assert set(REASONS) == set(Reason)
    assert set(TROUBLES) == set(Trouble)
    assert set(PURPOSES) == set(Purpose)


def test_an_empty_queue_is_reassuring(site: Site) -> None:
    assert titles(site.status()) == [(Level.GOOD, "Tout est parti : aucune image n’attend.")]


def test_what_is_on_its_way_is_counted(site: Site) -> None:
    site.receive()
    assert titles(site.status()) == [(Level.GOOD, "1 image est en route, tout se passe normalement.")]
    site.receive()
    assert titles(site.status()) == [(Level.GOOD, "2 images sont en route, tout se passe normalement.")]


def test_a_cut_link_says_since_when_and_that_nothing_is_lost(site: Site) -> None:
    site.receive()
    site.contact.succeed(Purpose.STATUS)
    site.contact.fail(Purpose.IMAGES, Trouble.SILENT, "ConnectError")
    [advice] = advise(site.status())
    since = time.strftime("%H h %M", time.localtime(site.status().link.since))
    assert advice.level is Level.BAD
    assert advice.title == f"La plateforme ne répond pas depuis {since} : rien ne part."
    assert "n’envoyez rien une deuxième fois" in advice.steps[0]
    assert "téléphonez au radiologue" in advice.steps[-1]


@pytest.mark.parametrize(
    ("trouble", "words"), [(Trouble.STRANGER, "ne reconnaît plus"), (Trouble.FAILING, "elle est en panne")]
)
def test_a_platform_that_answers_badly_is_told_from_a_cut_link(
    site: Site, trouble: Trouble, words: str
) -> None:
    site.contact.fail(Purpose.IMAGES, trouble, "HTTP 503")
    status = site.status()
    assert status.link.is_up
    assert words in advise(status)[0].title
    assert "HTTP 503" in (status.last_error or "")


def test_another_purpose_that_goes_well_hides_no_trouble(site: Site) -> None:
    site.contact.fail(Purpose.IMAGES, Trouble.FAILING, "HTTP 500")
    site.contact.succeed(Purpose.STATUS)
    assert site.status().problem is not None
    site.contact.succeed(Purpose.IMAGES)
    assert site.status().problem is None
    assert site.status().last_error is None


def test_what_is_set_aside_calls_a_person_with_the_reasons(site: Site) -> None:
    for reason in (Reason.FILE_DAMAGED, refused(0xC000), refused(0xC000)):
        site.receive()
        site.spool.set_aside(site.spool.take(State.RECEIVED, limit=1)[0], reason)
    [advice] = advise(site.status())
    assert advice.level is Level.WATCH
    assert advice.title.startswith("3 images sont mises de côté")
    refusal = "2 images. La plateforme refuse l’image : le fichier ne se lit pas (code C000)."
    assert any(step.endswith(refusal) for step in advice.steps)
    assert any("abîmé" in step for step in advice.steps)
    for text in site.texts():
        assert "Examen sans numéro" in text.replace(NO_BREAK, " ")
    assert site.status().as_json()["reasons"] == {Reason.FILE_DAMAGED: 1, refused(0xC000): 2}


def test_an_exam_set_aside_is_named_by_its_accession_number_on_the_page_alone(site: Site) -> None:
    site.receive("1.9")
    site.receive("1.9")
    site.spool.journal.set_lanes([StudyLane("1.9", "LIS-77", Lane.URGENT)])
    for entry in site.spool.take(State.RECEIVED, limit=2):
        site.spool.set_aside(entry, Reason.FILE_DAMAGED)
    [aside] = list_asides(site.spool.journal)
    assert (aside.accession_number, aside.images) == ("LIS-77", 2)
    for text in site.texts():
        assert "Examen n° LIS-77" in text.replace(NO_BREAK, " ")
    told = json.dumps(site.status().as_json()) + write_metrics(site.status).decode()
    assert "LIS-77" not in told


def test_many_exams_set_aside_are_counted_after_the_first(site: Site) -> None:
    for number in range(7):
        site.receive(f"1.{number}")
        site.spool.set_aside(site.spool.take(State.RECEIVED, limit=1)[0], Reason.FILE_MISSING)
    [advice] = advise(site.status())
    assert advice.steps[5] == "Et 2 autres."


@pytest.mark.parametrize("code", [*REFUSALS, "A900", "A9FF", "C000", "C122", "0199", "HTTP 418"])
def test_a_refusal_is_said_in_words_with_its_code_in_brackets(code: str) -> None:
    words = spell_reason(f"refused {code}")
    assert words.startswith("La plateforme refuse l’image : ")
    assert words.endswith(f" (code {code})")
    assert not re.search(r"[0-9A-F]{4}|HTTP", words.removesuffix(f"(code {code})"))


@pytest.mark.parametrize(
    ("free", "total", "is_low"),
    [(1 << 30, 100 << 30, True), (6 << 30, 1000 << 30, False), (2 << 30, 20 << 30, False)],
)
def test_a_disk_is_low_by_size_and_by_share(free: int, total: int, is_low: bool) -> None:
    assert Disk(free, total).is_low is is_low


def credential(site: Site, **state: object) -> Status:
    """Return the state of the site with a credential that is so."""
    return replace(site.status(), credential=CredentialState(**state))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "is_failing", "is_told"), [(6, True, True), (6, False, False), (8, True, False)]
)
def test_a_credential_that_ends_within_a_week_and_is_not_renewed_calls_a_person(
    site: Site, days: int, is_failing: bool, is_told: bool
) -> None:
    ends_at = time.time() + days * 24 * 3600
    status = credential(site, ends_at=ends_at, is_renewal_failing=is_failing)
    found = [advice.title for advice in advise(status) if advice.level is Level.WATCH]
    day = time.strftime("%d/%m/%Y", time.localtime(ends_at))
    title = f"Le jeton de la passerelle finit le {day}, et son renouvellement échoue."
    assert found == ([title] if is_told else [])
    assert f"valable jusqu’au {day}" in write_status(status)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"is_by_hand": True}, "jeton donné à la main : ne se renouvelle pas"),
        ({"is_held": False}, "la passerelle n’est pas enrôlée"),
        ({"is_file_lost": True}, "la passerelle continue de mémoire"),
    ],
)
def test_what_the_credential_is_is_said_everywhere(site: Site, state: dict[str, object], words: str) -> None:
    status = credential(site, **state)
    assert words in write_status(status)
    assert escape(words) in draw_page(status, site="Saint-Aubin", drawn_at="03:00:00")


def test_a_renewal_that_fails_is_known_though_something_else_fails_first(site: Site) -> None:
    site.contact.fail(Purpose.IMAGES, Trouble.FAILING, "HTTP 500")
    assert not site.status().credential.is_renewal_failing
    site.contact.fail(Purpose.CREDENTIALS, Trouble.FAILING, "HTTP 500")
    assert site.status().credential.is_renewal_failing


@pytest.mark.parametrize(
    ("backlog", "steps", "commitments"),
    [
        (Backlog(), "rien n’attend", "rien n’attend"),
        (Backlog(1, 0, 1), "1 à envoyer", "1 attend sa réponse"),
        (Backlog(3, 1, 2), "3 à envoyer, 1 refusé", "2 attendent leur réponse"),
        (Backlog(0, 2, 0), "rien n’attend, 2 refusés", "rien n’attend"),
    ],
)
def test_steps_and_commitments_that_wait_are_told(
    site: Site, backlog: Backlog, steps: str, commitments: str
) -> None:
    status = replace(site.status(), backlog=backlog)
    lines = write_status(status).splitlines()
    assert f"Déroulement des examens (MPPS) : {steps}" in lines
    assert f"Confirmations de stockage : {commitments}" in lines
    assert f"<dd>{escape(commitments)}</dd>" in draw_page(status, site="S", drawn_at="03:00:00")
    refused = [advice for advice in advise(status) if "refuse le déroulement" in advice.title]
    assert len(refused) == bool(backlog.steps_refused)
    assert status.is_news_since(site.status()) is (backlog != Backlog())
    assert status.as_json()["backlog"] == asdict(backlog)


def test_steps_commitments_and_the_end_of_the_credential_are_given_as_figures(site: Site) -> None:
    status = replace(credential(site, ends_at=1234.0), backlog=Backlog(3, 1, 2))
    told = write_metrics(lambda: status).decode()
    assert 'diaphane_edge_steps{state="waiting"} 3.0' in told
    assert 'diaphane_edge_steps{state="refused"} 1.0' in told
    assert "diaphane_edge_waiting_commitments 2.0" in told
    assert "diaphane_edge_credential_end_timestamp_seconds 1234.0" in told


def test_lanes_are_listed_the_most_urgent_first(site: Site) -> None:
    site.spool.journal.set_lanes([StudyLane("1.2", "", Lane.VITAL), StudyLane("1.3", "", Lane.PRIOR)])
    for study in ("1.3", "1.1", "1.2", "1.2"):
        site.receive(study)
    assert [(each.lane, each.waiting) for each in site.status().lanes] == [
        (Lane.VITAL, 2),
        (Lane.UNKNOWN, 1),
        (Lane.PRIOR, 1),
    ]
    for text in site.texts():
        assert text.index(LANES[Lane.VITAL]) < text.index(LANES[Lane.UNKNOWN]) < text.index(LANES[Lane.PRIOR])


def test_nobody_reads_a_patient_or_a_study_there(site: Site) -> None:
    site.receive("1.2.3.4.5")
    texts = [*site.texts(), write_metrics(site.status).decode()]
    for word in ("GARNIER", "ODETTE", "MATRICULE", "1.2.3.4.5"):
        assert not any(word in text for text in texts)


def test_what_the_platform_is_told_is_json_that_names_its_parts(site: Site) -> None:
    site.receive()
    told = json.loads(json.dumps(site.status().as_json()))
    assert told["queue"] == {"waiting": 1, "set_aside": 0, "oldest_seconds": 0}
    assert told["lanes"] == [{"lane": "unknown", "waiting": 1, "oldest_seconds": 0}]
    assert told["disk"]["free_bytes"] > 0
    assert told["last_error"] is None


def test_time_alone_is_no_news(site: Site) -> None:
    site.receive()
    before = site.status()
    assert before.is_news_since(None)
    assert not site.status().is_news_since(before)
    site.receive()
    assert site.status().is_news_since(before)


def test_the_page_escapes_what_it_is_given(site: Site) -> None:
    page = draw_page(site.status(), site="<script>alert(1)</script>", drawn_at="03:00:00")
    assert "<script>" not in page


def test_figures_are_given_by_lane_and_state(site: Site) -> None:
    site.spool.journal.set_lanes([StudyLane("1.2", "", Lane.VITAL)])
    site.receive("1.2")
    site.contact.fail(Purpose.IMAGES, Trouble.SILENT, "ConnectError")
    families = text_string_to_metric_families(write_metrics(site.status).decode())
    samples = {
        (each.name, *each.labels.values()): each.value for family in families for each in family.samples
    }
    assert samples["diaphane_edge_objects", "received"] == 1
    assert samples["diaphane_edge_waiting_objects", "vital"] == 1
    assert samples["diaphane_edge_waiting_objects", "prior"] == 0
    assert samples["diaphane_edge_link_up",] == 0
    assert samples["diaphane_edge_troubled",] == 1
    assert samples["diaphane_edge_disk_free_bytes",] > 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (125, "2 min 05 s"),
        (7500, "2 h 05 min"),
        (90_000, "1 j 01 h"),
    ],
)
def test_a_duration_is_said_in_two_units_at_most(seconds: int, words: str) -> None:
    assert spell_duration(seconds) == words


@given(st.floats(-1e9, 1e12))
def test_any_duration_can_be_said(seconds: float) -> None:
    assert spell_duration(seconds)
