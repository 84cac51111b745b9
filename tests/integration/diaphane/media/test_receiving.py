"""Each file of a CD has its fate, written before the answer; nothing joins an exam by itself."""

from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings

from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.imaging import keeping
from diaphane.imaging.models import Instance, Reconciliation, Study
from diaphane.imaging.operations import store_instance
from diaphane.imaging.queries import count_images, list_reconciliations
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, NotAllowedError
from diaphane.media import announcing
from diaphane.media.announcing import (
    LARGEST_FILE,
    Announced,
    TooManyFilesError,
    announce_files,
    close_import,
)
from diaphane.media.models import BroughtFile, MediaImport
from diaphane.media.queries import count_files, find_open_import
from diaphane.media.receiving import Brought, receive_files
from diaphane_dicom.htj2k import transcode_to_htj2k
from tests import scenes
from tests.cds import make_cd, make_earlier, make_neighbour
from tests.concurrency import at_once
from tests.factories import StructureFactory, make_actor
from tests.images import make_ct
from tests.integration.diaphane.imaging.conftest import make_machine
from tests.scenes import Territory, make_territory
from tests.unit.diaphane_dicom.test_deflated import make_bomb

Fate, Why = BroughtFile.Fate, BroughtFile.Why


def announce(act: Act, files: dict[str, bytes], by: Actor) -> MediaImport:
    """Announce files as the page's script does."""
    announce_files(
        act=act,
        files=[
            Announced(path, len(content), Fate.AWAITED if content[128:132] == b"DICM" else Fate.NOT_DICOM)
            for path, content in files.items()
        ],
        by=by,
        at=now(),
    )
    return MediaImport.objects.get(act=act, closed_at=None)


def bring(act: Act, files: dict[str, bytes], by: Actor) -> MediaImport:
    """Announce files and send those that are images, two at a time."""
    media_import = announce(act, files, by)
    sent = [Brought(path, content) for path, content in files.items() if content[128:132] == b"DICM"]
    for first in range(0, len(sent), 2):
        receive_files(media_import=media_import, files=sent[first : first + 2], by=by, at=now())
    return media_import


def fate_of(media_import: MediaImport, path: str) -> tuple[str, str]:
    row = media_import.files.get(path=path)
    return row.fate, row.why


@pytest.mark.parametrize("role", [Role.IMAGEUR, Role.REQUESTING_PHYSICIAN, Role.ADMINISTRATOR])
def test_another_role_brings_nothing(role: Role, act: Act, territory: Territory, at: datetime) -> None:
    with pytest.raises(NotAllowedError):
        announce_files(act=act, files=[], by=make_actor(role, territory.site), at=at)


def test_another_site_brings_nothing(act: Act, at: datetime) -> None:
    stranger = make_actor(Role.TECHNOLOGIST, StructureFactory())
    with pytest.raises(NotAllowedError):
        announce_files(act=act, files=[], by=stranger, at=at)
    assert not MediaImport.objects.exists()


@pytest.mark.parametrize("path", ["../IM1", "/etc/passwd", "CD\\IM1", "CD/\0", "x" * 600])
def test_a_name_that_leads_out_of_the_folder_is_refused_twice(
    path: str, act: Act, territory: Territory, at: datetime
) -> None:
    by = territory.technologist
    [row] = announce_files(act=act, files=[Announced(path, 10)], by=by, at=at)
    assert (row.fate, row.why) == (Fate.REFUSED, Why.NAME)
    [row] = receive_files(
        media_import=row.media_import, files=[Brought(path, make_earlier(act)[0])], by=by, at=at
    )
    assert (row.fate, row.why) == (Fate.REFUSED, Why.NAME)
    assert not Instance.objects.exists()


def test_a_file_larger_than_what_is_taken_is_not_asked_for(
    act: Act, territory: Territory, at: datetime
) -> None:
    files = [Announced("CD/IM1", LARGEST_FILE + 1)]
    [row] = announce_files(act=act, files=files, by=territory.technologist, at=at)
    assert (row.fate, row.why) == (Fate.REFUSED, Why.TOO_LARGE)


def test_a_whole_disk_is_no_cd(
    act: Act, territory: Territory, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "MOST_FILES", 2)
    files = [Announced(f"CD/IM{number}", 1) for number in range(3)]
    with pytest.raises(TooManyFilesError):
        announce_files(act=act, files=files, by=territory.technologist, at=at)
    assert not BroughtFile.objects.exists()


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_bad_files_are_refused_each_with_its_reason_and_leave_nothing(act: Act, territory: Territory) -> None:
    good = make_earlier(act)[0]
    files = {
        "CD/EMPTY": b"",
        "CD/README.TXT": b"bonjour" * 100,
        "CD/CUT": good[:-100],
        "CD/RUBBISH": b"\0" * 128 + b"DICM" + b"\xff" * 300,
        "CD/BOMB": make_bomb(513),
    }
    media_import = announce(act, files, territory.technologist)
    brought = [Brought(path, content) for path, content in files.items()]
    receive_files(media_import=media_import, files=brought, by=territory.technologist, at=now())
    assert fate_of(media_import, "CD/EMPTY") == (Fate.NOT_DICOM, "")
    assert fate_of(media_import, "CD/README.TXT") == (Fate.NOT_DICOM, "")
    assert fate_of(media_import, "CD/CUT") == (Fate.REFUSED, Why.DAMAGED)
    assert fate_of(media_import, "CD/RUBBISH") == (Fate.REFUSED, Why.DAMAGED)
    assert fate_of(media_import, "CD/BOMB") == (Fate.REFUSED, Why.OVERSIZED)
    assert not Instance.objects.exists()
    assert not list(Path(settings.OBJECTS).rglob("*.dcm"))


def test_a_cd_is_kept_whole_and_attached_to_nothing(act: Act, territory: Territory) -> None:
    earlier, neighbour = make_earlier(act), make_neighbour()
    media_import = bring(act, make_cd(*earlier, neighbour), territory.technologist)
    counts = count_files(media_import)
    assert (counts.expected, counts.received, counts.verified, counts.awaited) == (4, 4, 4, 0)
    assert counts.by_fate == {Fate.KEPT: 4, Fate.INDEX: 1, Fate.NOT_DICOM: 2}
    assert Study.objects.count() == 2
    assert not Study.objects.exclude(act=None).exists()
    assert count_images(act).received == 0
    waiting = list_reconciliations(territory.technologist)
    assert {each.reason for each in waiting} == {Reconciliation.Reason.IMPORTED}
    assert len(waiting) == 2
    assert Entry.objects.filter(action="import.opened", act_id=act.pk).count() == 1


def test_even_images_of_this_exam_wait_for_a_person(act: Act, territory: Territory) -> None:
    media_import = bring(act, {"CD/IM1": make_ct(act)}, territory.technologist)
    assert fate_of(media_import, "CD/IM1") == (Fate.KEPT, "")
    assert Study.objects.get().act is None


def test_what_the_index_names_and_the_cd_lacks_is_said(act: Act, territory: Territory) -> None:
    files = make_cd(*make_earlier(act))
    lost = next(path for path in files if path.endswith("IM000001"))
    del files[lost]
    lowered = {path if path.endswith("DICOMDIR") else path.lower(): each for path, each in files.items()}
    media_import = bring(act, lowered, territory.technologist)
    counts = count_files(media_import)
    assert (counts.expected, counts.verified) == (3, 2)
    assert [each.path for each in media_import.files.filter(fate=Fate.MISSING)] == [lost]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_lying_index_does_no_harm(act: Act, territory: Territory) -> None:
    index = make_cd(make_neighbour())["CD/DICOMDIR"].replace(b"PT000000", b"..\\..\\AB")
    media_import = bring(act, {"CD/DICOMDIR": index}, territory.technologist)
    assert fate_of(media_import, "CD/DICOMDIR") == (Fate.INDEX, "")
    assert not media_import.files.filter(fate=Fate.MISSING).exists()
    cut = {"CD/DICOMDIR": index[:400]}
    assert fate_of(bring(act, cut, territory.technologist), "CD/DICOMDIR") == (Fate.INDEX, "")


def test_the_same_file_twice_is_one_under_any_name_and_in_any_encoding(
    act: Act, territory: Territory
) -> None:
    [slice_] = make_earlier(act, count=1, size=64)
    files = {"CD/A": slice_, "CD/B": slice_, "CD/C": transcode_to_htj2k(slice_).content}
    media_import = bring(act, files, territory.technologist)
    bring(act, files, territory.technologist)
    assert fate_of(media_import, "CD/A")[0] == Fate.ALREADY_THERE
    assert fate_of(media_import, "CD/C")[0] == Fate.ALREADY_THERE
    assert Instance.objects.count() == 1
    assert MediaImport.objects.count() == 1
    assert count_files(media_import).verified == 3


def test_another_content_under_a_known_identifier_is_kept_aside_and_said(
    act: Act, territory: Territory
) -> None:
    [one] = make_earlier(act, count=1, SOPInstanceUID="2.25.77")
    [other] = make_earlier(act, count=1, SOPInstanceUID="2.25.77", SeriesDescription="Autre")
    media_import = bring(act, {"CD/A": one, "CD/B": other}, territory.technologist)
    assert {fate_of(media_import, path)[0] for path in ("CD/A", "CD/B")} == {Fate.KEPT, Fate.CONFLICT}
    assert Reconciliation.objects.filter(reason=Reconciliation.Reason.CONFLICT).count() == 1


def test_images_held_for_another_site_are_refused_and_their_study_stays_unknown(
    act: Act, territory: Territory, at: datetime
) -> None:
    content = make_ct()
    store_instance(content=content, by=make_machine(territory.outsider.structure_id), at=at)
    media_import = bring(act, {"CD/IM1": content}, territory.technologist)
    assert fate_of(media_import, "CD/IM1") == (Fate.REFUSED, Why.ELSEWHERE)
    assert media_import.files.get().instance is None


def test_a_cut_loses_nothing_and_only_what_is_missing_is_asked_again(act: Act, territory: Territory) -> None:
    by, files = territory.technologist, make_cd(*make_earlier(act, count=4))
    media_import = announce(act, files, by)
    sent = dict(list(files.items())[:3])
    receive_files(
        media_import=media_import,
        files=[Brought(path, content) for path, content in sent.items()],
        by=by,
        at=now(),
    )
    assert count_files(media_import).awaited == 2
    again = [Announced(path, len(content)) for path, content in files.items() if "CD/PT" in path]
    rows = announce_files(act=act, files=again, by=by, at=now())
    assert sum(row.fate == Fate.AWAITED for row in rows) == 2
    assert all(row.sha256 for row in rows if row.fate == Fate.KEPT)
    assert MediaImport.objects.count() == 1


def test_another_cd_with_the_same_names_is_awaited_again(act: Act, territory: Territory) -> None:
    by = territory.technologist
    media_import = bring(act, {"CD/IM1": make_earlier(act)[0]}, by)
    [row] = announce_files(act=act, files=[Announced("CD/IM1", 3)], by=by, at=now())
    assert (row.fate, row.sha256, row.instance) == (Fate.AWAITED, "", None)
    assert row.media_import == media_import


def test_a_full_disk_refuses_the_batch_and_the_file_can_be_sent_again(
    act: Act, territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, [content] = territory.technologist, make_earlier(act, count=1)
    media_import = announce(act, {"CD/IM1": content}, by)
    with monkeypatch.context() as full:
        full.setattr(keeping, "_write", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
        with pytest.raises(OSError, match="full"):
            receive_files(media_import=media_import, files=[Brought("CD/IM1", content)], by=by, at=now())
    assert fate_of(media_import, "CD/IM1") == (Fate.AWAITED, "")
    receive_files(media_import=media_import, files=[Brought("CD/IM1", content)], by=by, at=now())
    assert fate_of(media_import, "CD/IM1") == (Fate.KEPT, "")


def test_an_import_that_is_over_takes_nothing_more(act: Act, territory: Territory, at: datetime) -> None:
    by, [content] = territory.technologist, make_earlier(act, count=1)
    media_import = announce(act, {"CD/IM1": content}, by)
    close_import(media_import=media_import, by=by, at=at)
    with pytest.raises(ConflictError):
        receive_files(media_import=media_import, files=[Brought("CD/IM1", content)], by=by, at=at)
    with pytest.raises(ConflictError):
        close_import(media_import=media_import, by=by, at=at)
    assert find_open_import(act, actor=by) is None
    assert Entry.objects.filter(action="import.closed", act_id=act.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_batches_on_two_lanes_keep_each_file_once() -> None:
    territory = make_territory()
    act, by = scenes.validated(territory).act, territory.technologist
    contents = make_earlier(act, count=4) + [make_neighbour(SeriesInstanceUID="2.25.5") for _ in range(4)]
    files = {f"CD/IM{number}": content for number, content in enumerate(contents)}
    media_import = announce(act, files, by)
    sent = [Brought(path, content) for path, content in files.items()]
    lanes = (sent[:5], sent[::-1][:5], sent[3:])
    receive = partial(receive_files, media_import=media_import, by=by, at=now())
    at_once(*(partial(receive, files=each) for each in lanes))
    assert count_files(media_import).verified == Instance.objects.count() == 8
