"""What a person decides of what is set aside: written down, told in the log, and taken back if need be."""

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from diaphane_edge import asides
from diaphane_edge.__main__ import main
from diaphane_edge.advice import advise
from diaphane_edge.asides import (
    KEPT_SECONDS,
    Aside,
    Choice,
    NotPossibleError,
    decide,
    erase_discarded,
    list_asides,
    tell_decisions,
)
from diaphane_edge.journal import Journal
from diaphane_edge.reasons import ASKED_THERE, Reason, refused
from diaphane_edge.spool import Reception, Spool
from diaphane_edge.states import State
from diaphane_edge.status import get_status
from tests.unit.diaphane_dicom.files import image

from .arrivals import read, receive
from .test_config import GOOD

UID, STUDY = "2.25.1", "2.25.2"


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool")
    yield spool
    spool.close()


def version(value: int) -> bytes:
    pixels = np.full((4, 4), value, np.uint8)
    return image(pixels, SOPInstanceUID=UID, StudyInstanceUID=STUDY, SeriesInstanceUID="2.25.3")


def conflict(spool: Spool, *, is_first_gone: bool = True) -> Aside:
    """Have an object, and another content under its identifier set aside."""
    receive(spool, version(1))
    receive(spool, version(2))
    [double] = spool.journal.list_in(State.DOUBLE)
    spool.set_aside(double, Reason.OTHER_CONTENT)
    if is_first_gone:
        [first] = spool.journal.list_in(State.RECEIVED)
        spool.move_all([spool.make_ready(first, None)], State.SENT)
        spool.move_all(spool.journal.list_in(State.SENT), State.ACKNOWLEDGED)
    return list_asides(spool.journal)[0]


def ask(spool: Spool, *arguments: str) -> int:
    folder = spool.path_of_objects.parent
    path = folder.parent / "edge.json"
    path.write_text(json.dumps(GOOD | {"spool": str(folder)}))
    return main(["aside", *arguments, "--config", str(path)])


@pytest.mark.parametrize("choice", Choice)
def test_a_number_that_names_nothing_is_refused(spool: Spool, choice: Choice) -> None:
    receive(spool, version(1))
    for number in (1, 99):
        with pytest.raises(NotPossibleError, match="ne porte le numéro"):
            decide(spool.journal, number, choice, by="A. Renard")
    assert spool.journal.count()[State.RECEIVED] == 1


@pytest.mark.parametrize("reason", [Reason.FILE_DAMAGED, Reason.FILE_MISSING])
def test_what_the_disk_lost_cannot_be_sent(spool: Spool, reason: Reason) -> None:
    receive(spool, version(1))
    spool.set_aside(spool.journal.list_in(State.RECEIVED)[0], reason)
    with pytest.raises(NotPossibleError, match="depuis la modalité"):
        decide(spool.journal, 1, Choice.SEND, by="A. Renard")
    decide(spool.journal, 1, Choice.DISCARD, by="A. Renard")


def test_other_content_cannot_leave_before_the_first_has(spool: Spool) -> None:
    aside = conflict(spool, is_first_gone=False)
    with pytest.raises(NotPossibleError, match="pas encore partie"):
        decide(spool.journal, aside.number, Choice.SEND, by="A. Renard")
    assert spool.journal.count()[State.SET_ASIDE] == 1


def test_other_content_that_is_sent_goes_its_way_for_the_platform_to_judge(spool: Spool) -> None:
    aside = conflict(spool)
    assert decide(spool.journal, aside.number, Choice.SEND, by="A. Renard") == 1
    [entry] = spool.take(State.RECEIVED, limit=9)
    assert read(spool, entry) == version(2)


def test_what_is_discarded_leaves_no_trace_on_the_page_but_is_kept_a_month(spool: Spool) -> None:
    aside = conflict(spool)
    decide(spool.journal, aside.number, Choice.DISCARD, by="A. Renard")
    assert spool.journal.count()[State.SET_ASIDE] == 0
    erase_discarded(spool)
    [discarded] = list_asides(spool.journal)
    assert discarded.is_discarded
    with pytest.raises(NotPossibleError, match="déjà écartées"):
        decide(spool.journal, discarded.number, Choice.DISCARD, by="A. Renard")
    decide(spool.journal, discarded.number, Choice.RESTORE, by="A. Renard")
    [entry] = spool.journal.list_in(State.SET_ASIDE)
    assert entry.reason == Reason.OTHER_CONTENT
    assert read(spool, entry) == version(2)


def test_what_was_discarded_a_month_ago_is_erased(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    aside = conflict(spool)
    decide(spool.journal, aside.number, Choice.DISCARD, by="A. Renard")
    monkeypatch.setattr(asides, "time", type("Later", (), {"time": lambda: time.time() + KEPT_SECONDS + 1}))
    with capture_logs() as lines:
        erase_discarded(spool)
    assert [line["event"] for line in lines] == ["object_erased"]
    assert list_asides(spool.journal) == []
    assert not any(any(path.read_bytes()[:200]) for path in spool.path_of_objects.iterdir())


def test_what_was_discarded_and_comes_again_is_looked_at_again(spool: Spool) -> None:
    aside = conflict(spool, is_first_gone=False)
    decide(spool.journal, aside.number, Choice.DISCARD, by="A. Renard")
    assert receive(spool, version(2)) is Reception.TO_COMPARE
    assert spool.journal.count()[State.DISCARDED] == 0


def test_a_decision_is_for_all_the_images_of_an_exam_and_a_reason_and_for_no_other(spool: Spool) -> None:
    for study, reason in (("1.1", refused(0xC000)), ("1.1", refused(0xC000)), ("1.2", refused(0xC000))):
        receive(spool, image(np.zeros((4, 4), np.uint8), StudyInstanceUID=study))
        spool.set_aside(spool.journal.list_in(State.RECEIVED)[0], reason)
    assert [each.images for each in list_asides(spool.journal)] == [2, 1]
    assert decide(spool.journal, 1, Choice.SEND, by="A. Renard") == 2
    assert spool.journal.count()[State.SET_ASIDE] == 1


def test_a_decision_is_told_once_in_the_log_with_who_took_it(spool: Spool) -> None:
    aside = conflict(spool)
    decide(spool.journal, aside.number, Choice.DISCARD, by="A. Renard")
    with capture_logs() as lines:
        tell_decisions(spool.journal)
        tell_decisions(spool.journal)
    [line] = lines
    assert (line["event"], line["choice"], line["by"]) == ("object_decided", "discard", "A. Renard")
    assert (line["sop_instance_uid"], line["reason"]) == (UID, Reason.OTHER_CONTENT)


def test_a_decision_that_cannot_be_written_down_is_not_taken(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = conflict(spool)

    def fail(*_: object) -> int:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(spool.journal, "change", fail)
    with pytest.raises(sqlite3.OperationalError):
        decide(spool.journal, aside.number, Choice.DISCARD, by="A. Renard")
    assert spool.journal.count()[State.SET_ASIDE] == 1


def test_the_command_lists_and_decides_in_french(spool: Spool, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(spool, "list") == 0
    assert capsys.readouterr().out == "Rien n’est mis de côté.\n"
    number = str(conflict(spool).number)
    assert ask(spool, "list") == 0
    said = capsys.readouterr().out
    assert f"Numéro {number} : Examen sans numéro" in said
    assert "La même image est revenue avec un autre contenu" in said
    assert ask(spool, "discard", number, "--by", "A. Renard") == 0
    assert capsys.readouterr().out.startswith("1 image : écartées ;")
    assert ask(spool, "list") == 0
    assert "Écartées" in capsys.readouterr().out
    assert ask(spool, "restore", number) == 0
    assert ask(spool, "send", number) == 0


@pytest.mark.parametrize("arguments", [("send",), ("list", "3"), ("restore", "99")])
def test_a_command_that_means_nothing_is_one_line_in_french(
    spool: Spool, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(spool, *arguments) == 1
    said = capsys.readouterr().err
    assert said.startswith("diaphane-edge : ")
    assert said.count("\n") == 1


def test_a_journal_of_an_older_gateway_is_brought_up_to_date_with_all_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with sqlite3.connect(path) as old:
        old.executescript(OLD_SCHEMA)
    old.close()
    for _ in range(2):  # and only once
        journal = Journal(path)
        [aside] = journal.list_in(State.SET_ASIDE)
        assert (aside.sop_instance_uid, aside.reason, aside.size) == ("1.2", "other_content", None)
        assert journal.count()[State.ACKNOWLEDGED] == 1
        assert [entry.lane for entry in journal.list_all("1.2")] == [3, 3]
        journal.close()
    journal = Journal(path)
    journal.add(sop="1.2", study="1.1", digest="c", file="z", state=State.DOUBLE)
    assert journal.list_in(State.DOUBLE)[0].lane == 3
    journal.close()


OLD_SCHEMA = """
CREATE TABLE object (
    id INTEGER PRIMARY KEY,
    sop_instance_uid TEXT NOT NULL,
    study_instance_uid TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('received', 'compressed', 'sent', 'acknowledged', 'set_aside')),
    urgency INTEGER NOT NULL DEFAULT 0,
    file TEXT,
    received_at REAL NOT NULL,
    changed_at REAL NOT NULL,
    reason TEXT,
    CHECK ((state = 'acknowledged') = (file IS NULL)),
    CHECK ((state = 'set_aside') = (reason IS NOT NULL))
);
CREATE UNIQUE INDEX object_live ON object (sop_instance_uid) WHERE state <> 'set_aside';
CREATE INDEX object_work ON object (state, urgency DESC, id);
CREATE TABLE study (
    study_instance_uid TEXT PRIMARY KEY, accession_number TEXT NOT NULL, lane INTEGER NOT NULL,
    noted_at REAL NOT NULL
);
CREATE TRIGGER object_takes_the_lane_of_its_study AFTER INSERT ON object BEGIN
    UPDATE object SET urgency = (SELECT lane FROM study WHERE study_instance_uid = NEW.study_instance_uid)
    WHERE id = NEW.id AND EXISTS (SELECT 1 FROM study WHERE study_instance_uid = NEW.study_instance_uid);
END;
CREATE TRIGGER study_gives_its_lane AFTER INSERT ON study BEGIN
    UPDATE object SET urgency = NEW.lane WHERE study_instance_uid = NEW.study_instance_uid;
END;
INSERT INTO study VALUES ('1.1', 'LIS-1', 3, 1);
INSERT INTO object VALUES (1, '1.2', '1.1', 'a', 'acknowledged', 0, NULL, 1, 1, NULL);
INSERT INTO object VALUES (2, '1.2', '1.1', 'b', 'set_aside', 0, 'y', 1, 1, 'other_content');
"""


def test_what_the_platform_keeps_apart_is_asked_there_alone(
    spool: Spool, capsys: pytest.CaptureFixture[str]
) -> None:
    receive(spool, version(1))
    spool.set_aside(spool.journal.list_in(State.RECEIVED)[0], ASKED_THERE)
    with pytest.raises(NotPossibleError, match="Images à rattacher"):
        decide(spool.journal, 1, Choice.SEND, by="A. Renard")
    status = get_status(ae_title="EDGE", spool=spool.path_of_objects.parent, journal=spool.journal)
    assert status.queue.set_aside == 0
    assert not [each for each in advise(status) if "mise de côté" in each.title]
    assert ask(spool, "list") == 0
    assert "Rien à décider ici" in capsys.readouterr().out
    assert decide(spool.journal, 1, Choice.DISCARD, by="A. Renard") == 1


def test_the_platform_is_told_which_study_and_why_and_no_exam_number(spool: Spool) -> None:
    receive(spool, version(1))
    entry = spool.journal.list_in(State.RECEIVED)[0]
    spool.set_aside(entry, refused("HTTP 413"), accession_number="DPH-1")
    status = get_status(ae_title="EDGE", spool=spool.path_of_objects.parent, journal=spool.journal)
    told = status.as_json()
    assert told["asides"] == [{"study_instance_uid": STUDY, "reason": "refused HTTP 413", "images": 1}]
    assert "DPH-1" not in str(told)
