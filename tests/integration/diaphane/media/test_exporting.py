"""A study taken out as the files of a CD: rights first, then what DCMTK and pydicom read in it."""

import re
import shutil
import subprocess
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import pytest
from django.conf import settings
from pydicom import dcmread
from pydicom.dataset import FileDataset
from pydicom.uid import BasicTextSRStorage, ExplicitVRLittleEndian, HTJ2KLosslessRPCL

from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.events.models import Event
from diaphane.imaging.models import Instance, Study
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import NotAllowedError
from diaphane.media import exporting
from diaphane.media.contents import Encoding
from diaphane.media.exporting import DamagedObjectError, export_study
from diaphane_dicom.native import transcode_to_native
from diaphane_dicom.sameness import is_same_object
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.images import make_ct, make_htj2k_ct
from tests.reading_scenes import make_edge
from tests.scenes import Territory

FILE_ID = re.compile(r"[A-Z0-9_]{1,8}(\.[A-Z0-9]{1,3})?(/[A-Z0-9_]{1,8}){0,7}")
DCMTK = pytest.mark.skipif(shutil.which("dcmdump") is None, reason="no dcmtk on this machine")


@pytest.fixture
def contents(act: Act, territory: Territory, at: datetime) -> list[bytes]:
    """Store three slices in two series, one of them in HTJ2K, and return them as they were sent."""
    made = [
        make_ct(act, number=1, SeriesInstanceUID="2.25.71", size=64),
        make_htj2k_ct(act, number=2, SeriesInstanceUID="2.25.71"),
        make_ct(act, number=3, SeriesInstanceUID="2.25.72", SeriesNumber=3),
    ]
    for content in made:
        store_instance(content=content, by=make_edge(territory), at=at)
    return made


@pytest.fixture
def study(contents: list[bytes], act: Act) -> Study:
    return Study.objects.get(act=act)


def copy(study: Study, by: Actor, at: datetime, encoding: Encoding = Encoding.NATIVE) -> dict[str, bytes]:
    """Return the files of a copy by name."""
    with ZipFile(BytesIO(b"".join(export_study(study=study, encoding=encoding, by=by, at=at)))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def objects_of(files: dict[str, bytes]) -> list[bytes]:
    return [content for name, content in files.items() if name not in ("DICOMDIR", "LISEZMOI.TXT")]


def run(*command: str | Path, folder: Path | None = None) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return done.stdout.decode("ascii", "replace")  # each file in its own character set


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.EDGE])
def test_another_role_takes_nothing(role: Role, study: Study, territory: Territory, at: datetime) -> None:
    by = make_edge(territory) if role is Role.EDGE else make_actor(role, territory.site)
    with pytest.raises(NotAllowedError):
        export_study(study=study, encoding=Encoding.NATIVE, by=by, at=at)


def test_another_site_and_a_patient_not_told_yet_take_nothing(
    study: Study, territory: Territory, at: datetime
) -> None:
    strangers = (
        territory.outsider,
        make_actor(Role.TECHNOLOGIST, StructureFactory()),
        make_patient_actor(territory.patient),
    )
    for stranger in strangers:
        with pytest.raises(NotAllowedError):
            export_study(study=study, encoding=Encoding.NATIVE, by=stranger, at=at)
    assert not Entry.objects.filter(action="exported.images").exists()


def test_a_kept_file_that_has_rotted_stops_the_copy_and_nothing_looks_whole(
    study: Study, territory: Territory, at: datetime
) -> None:
    key = Instance.objects.order_by("number")[1].storage_key
    (Path(settings.OBJECTS) / key).write_bytes(make_ct())
    pieces: list[bytes] = []
    copied = export_study(study=study, encoding=Encoding.NATIVE, by=territory.imageur, at=at)
    with pytest.raises(DamagedObjectError):
        pieces.extend(copied)
    assert pieces
    with pytest.raises(BadZipFile):
        ZipFile(BytesIO(b"".join(pieces)))


def test_it_is_sent_while_it_is_read(
    study: Study, territory: Territory, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    read = exporting.read_object

    def spy(key: str) -> bytes:
        opened.append(key)
        return read(key)

    monkeypatch.setattr(exporting, "read_object", spy)
    pieces = export_study(study=study, encoding=Encoding.NATIVE, by=territory.imageur, at=at)
    assert opened == []
    next(pieces)
    assert len(opened) == 1
    assert sum(1 for _piece in pieces) > 3
    assert len(opened) == 3


def test_every_object_is_there_the_same_and_readable_anywhere(
    study: Study, contents: list[bytes], territory: Territory, at: datetime
) -> None:
    files = copy(study, territory.imageur, at)
    assert list(files)[-2:] == ["DICOMDIR", "LISEZMOI.TXT"]
    assert all(FILE_ID.fullmatch(name) for name in files)
    copied = {str(dcmread(BytesIO(each)).SOPInstanceUID): each for each in objects_of(files)}
    assert len(copied) == 3
    for content in contents:
        twin = copied[str(dcmread(BytesIO(content)).SOPInstanceUID)]
        assert dcmread(BytesIO(twin)).file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
        assert is_same_object(content, twin)


def test_accents_in_another_character_set_stay_as_they_came(
    act: Act, study: Study, territory: Territory, at: datetime
) -> None:
    latin = make_ct(act, number=4, SpecificCharacterSet="ISO_IR 100", StudyDescription="Scanner cérébral")
    store_instance(content=latin, by=make_edge(territory), at=at)
    copied = objects_of(copy(study, territory.imageur, at))
    assert any(is_same_object(latin, each) for each in copied)


def test_as_kept_the_bytes_are_those_that_came(
    study: Study, contents: list[bytes], territory: Territory, at: datetime
) -> None:
    files = copy(study, territory.technologist, at, Encoding.STORED)
    assert set(objects_of(files)) == set(contents)
    syntaxes = {
        str(each.ReferencedTransferSyntaxUIDInFile)
        for each in dcmread(BytesIO(files["DICOMDIR"])).DirectoryRecordSequence
        if "ReferencedFileID" in each
    }
    assert syntaxes == {ExplicitVRLittleEndian, HTJ2KLosslessRPCL}


@DCMTK
@pytest.mark.parametrize("encoding", list(Encoding))
def test_dcmtk_reads_every_file_and_agrees_on_the_index(
    encoding: Encoding, study: Study, territory: Territory, at: datetime, tmp_path: Path
) -> None:
    files = copy(study, territory.requester, at, encoding)
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    index = run("dcmdump", "DICOMDIR", folder=tmp_path)
    listed = {name.replace("\\", "/") for name in re.findall(r"\(0004,1500\) CS \[([^\]]+)\]", index)}
    assert listed == {name for name in files if name.startswith("PT")}
    for name in listed:
        dumped = run("dcmdump", name, folder=tmp_path)
        [uid] = re.findall(r"\(0008,0018\) UI \[([^\]]+)\]", dumped)
        assert uid in index
    kinds = re.findall(r"\(0004,1430\) CS \[(\w+)\]", index)
    assert [kinds.count(kind) for kind in ("PATIENT", "STUDY", "SERIES", "IMAGE")] == [1, 1, 2, 3]
    if encoding is Encoding.STORED:
        return  # this DCMTK makes no index of HTJ2K: why a copy is native unless someone asks
    run("dcmmkdir", "+I", "+D", "AGAIN", "+id", ".", "+r", "-Pgp", "PT000000", folder=tmp_path)
    again = run("dcmdump", "AGAIN", folder=tmp_path)
    assert sorted(re.findall(r"\(0004,1430\) CS \[(\w+)\]", again)) == sorted(kinds)


@DCMTK
def test_dcmtk_sees_the_pixels_that_came(
    study: Study, contents: list[bytes], territory: Territory, at: datetime, tmp_path: Path
) -> None:
    sent = {each.SOPInstanceUID: each.PixelData for each in map(_decode, contents)}
    for number, content in enumerate(objects_of(copy(study, territory.imageur, at))):
        (tmp_path / f"IM{number}").write_bytes(content)
        run("dcmconv", "+ti", f"IM{number}", f"OUT{number}", folder=tmp_path)
        rewritten = dcmread(tmp_path / f"OUT{number}")
        assert rewritten.PixelData == sent.pop(rewritten.SOPInstanceUID)
    assert not sent


def _decode(content: bytes) -> FileDataset:
    return dcmread(BytesIO(transcode_to_native(content)))


def test_what_cannot_be_decoded_or_listed_is_there_and_said(
    act: Act, study: Study, territory: Territory, at: datetime
) -> None:
    video = dcmread(BytesIO(make_htj2k_ct(act, number=8)))
    video.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.102"
    report = dcmread(BytesIO(make_ct(act, number=9, SOPClassUID=BasicTextSRStorage)))
    del report.PixelData
    for dataset in (video, report):
        stream = BytesIO()
        dataset.save_as(stream)
        store_instance(content=stream.getvalue(), by=make_edge(territory), at=at)
    files = copy(study, territory.imageur, at)
    words = files["LISEZMOI.TXT"].decode("utf-8-sig")
    assert "5 fichiers" in words
    assert "1 fichier n’a pas pu être décodé" in words
    [unlisted] = [name for name in files if name.startswith("AUTRES/")]
    assert unlisted in words


def test_the_notice_is_in_french_and_names_nobody(
    study: Study, act: Act, territory: Territory, at: datetime
) -> None:
    content = copy(study, territory.imageur, at)["LISEZMOI.TXT"]
    words = content.decode("utf-8-sig")
    assert "Scanner cérébral" in words
    assert "\r\n" in words
    for secret in (act.patient.birth_name, act.patient.ins, act.accession_number, territory.imageur.label):
        assert secret.lower() not in words.lower()


def test_it_is_traced_each_time_with_what_was_taken(
    study: Study, act: Act, territory: Territory, at: datetime
) -> None:
    for _again in range(2):
        copy(study, territory.imageur, at)
    entries = Entry.objects.filter(action="exported.images", act_id=act.pk, patient_id=act.patient_id)
    assert [each.detail for each in entries] == [{"objects": 3, "encoding": "native"}] * 2
    assert Event.objects.filter(kind="images.exported", act_id=act.pk).count() == 2


def test_a_copy_brought_back_is_known_again(
    study: Study, act: Act, territory: Territory, at: datetime
) -> None:
    from .test_receiving import Fate, bring

    files = {f"CD/{name}": content for name, content in copy(study, territory.imageur, at).items()}
    media_import = bring(act, files, territory.technologist)
    fates = sorted(media_import.files.values_list("fate", flat=True))
    assert fates == [Fate.ALREADY_THERE] * 3 + [Fate.INDEX, Fate.NOT_DICOM]
    assert Instance.objects.count() == 3
