"""STOW-RS requests and answers."""

import hashlib
from base64 import b64encode
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaphane_edge.stow import NotStowAnswerError, StowBody, StowPart, parse_stow_answer


def reference(uid: str, **more: object) -> dict[str, object]:
    return {"00081155": {"vr": "UI", "Value": [uid]}, **more}


def sequence(*items: dict[str, object]) -> dict[str, object]:
    return {"vr": "SQ", "Value": list(items)}


def reason(code: int) -> dict[str, object]:
    return {"vr": "US", "Value": [code]}


@pytest.mark.parametrize(
    "model",
    [
        None,
        [],
        {},
        "text",
        {"00081190": {"vr": "UR", "Value": ["x"]}},
        {"00081199": {"vr": "SQ", "Value": ["1.2"]}},
        {"00081199": 3},
        {"00081198": sequence({"00081155": {"Value": ["1.2"]}, "00081197": {"Value": ["x"]}})},
    ],
)
def test_an_answer_that_names_no_object_is_refused(model: object) -> None:
    with pytest.raises(NotStowAnswerError):
        parse_stow_answer(model)


def test_stored_and_refused_objects_are_told_apart() -> None:
    failed = sequence(
        reference("1.3", **{"00081197": reason(0xA900)}), reference("1.4", **{"00081197": reason(0xA700)})
    )
    answer = parse_stow_answer({"00081199": sequence(reference("1.2")), "00081198": failed})
    assert answer.acknowledged == {"1.2"}
    assert answer.is_refused_for_good("1.3")
    assert not answer.is_refused_for_good("1.4")
    assert not answer.is_refused_for_good("1.2")


@pytest.mark.parametrize(
    "nameless", [{}, {"00081155": {"vr": "UI"}}, {"00081155": {"vr": "UI", "Value": [""]}}]
)
def test_an_object_that_the_platform_cannot_name_leaves_the_others_settled(
    nameless: dict[str, object],
) -> None:
    answer = parse_stow_answer({"00081199": sequence(reference("1.2")), "00081198": sequence(nameless)})
    assert answer.acknowledged == {"1.2"}
    assert answer.refused == {}


def test_an_object_both_stored_and_refused_is_not_acknowledged() -> None:
    answer = parse_stow_answer(
        {"00081199": sequence(reference("1.2")), "00081198": sequence(reference("1.2"))}
    )
    assert answer.acknowledged == frozenset()
    assert answer.is_refused_for_good("1.2")


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5), st.integers(1, 400))
def test_the_body_is_a_multipart_message_with_each_object_whole(contents: list[bytes], piece: int) -> None:
    with TemporaryDirectory() as folder:
        body = StowBody([write_part(Path(folder, str(i)), content) for i, content in enumerate(contents)])
        sent = b"".join(body.read(piece))
    assert len(sent) == body.length
    head = Message()
    head["Content-Type"] = body.content_type
    boundary = str(head.get_param("boundary")).encode()
    assert head.get_param("type") == "application/dicom"
    pieces = sent.split(b"--" + boundary)
    assert pieces[0] == b""
    assert pieces[-1] == b"--\r\n"
    assert [piece.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for piece in pieces[1:-1]] == contents
    parsed = message_from_bytes(b"Content-Type: " + body.content_type.encode() + b"\r\n\r\n" + sent)
    parts = [part for part in parsed.get_payload() if isinstance(part, Message)]
    assert {part.get_content_type() for part in parts} == {"application/dicom"}
    assert [part["Content-Digest"] for part in parts] == [content_digest(each) for each in contents]


def test_a_part_whose_digest_is_not_known_says_nothing_of_it(tmp_path: Path) -> None:
    part = StowPart(write_part(tmp_path / "part", b"x").path, 1)
    assert b"Digest" not in b"".join(StowBody([part]).read(100))


def write_part(path: Path, content: bytes) -> StowPart:
    path.write_bytes(content)
    return StowPart(path, len(content), hashlib.sha256(content).hexdigest())


def content_digest(content: bytes) -> str:
    return f"sha-256=:{b64encode(hashlib.sha256(content).digest()).decode()}:"
