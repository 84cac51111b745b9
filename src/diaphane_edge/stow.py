"""Encode a STOW-RS request and read its answer (PS3.18 §10.5 and §8.6.1.2)."""

import uuid
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

REFERENCED_SOP_SEQUENCE = "00081199"
FAILED_SOP_SEQUENCE = "00081198"
REFERENCED_SOP_INSTANCE_UID = "00081155"
FAILURE_REASON = "00081197"
UNKNOWN_REASON = 0x0110
TRANSIENT_REASONS = range(0xA700, 0xA800)
"""Out of resources: worth another try (PS3.4 §B.2.3)."""


class NotStowAnswerError(ValueError):
    """Say that an answer is not the one of a STOW-RS service."""


@dataclass(frozen=True)
class StowAnswer:
    """What became of each object: verified by the platform, or refused with the standard's reason code."""

    acknowledged: frozenset[str] = frozenset()
    refused: Mapping[str, int] = field(default_factory=dict)

    def is_refused_for_good(self, sop_instance_uid: str) -> bool:
        """Tell whether sending this object again would be useless."""
        reason = self.refused.get(sop_instance_uid)
        return reason is not None and reason not in TRANSIENT_REASONS


@dataclass(frozen=True)
class StowPart:
    """One Part 10 file to send: where it is, its size in bytes, and its SHA-256 where that is known."""

    path: Path
    size: int
    sha256: str | None = None

    def encode_header(self, boundary: str) -> bytes:
        """Return what precedes the content; by its digest the platform sees damage on the way (RFC 9530)."""
        lines = [f"--{boundary}", "Content-Type: application/dicom"]
        if self.sha256:
            lines.append(f"Content-Digest: sha-256=:{b64encode(bytes.fromhex(self.sha256)).decode()}:")
        return "\r\n".join([*lines, "", ""]).encode()


class StowBody:
    """A multipart/related body of Part 10 files, read from the disk as it leaves (PS3.18 §10.5.1)."""

    def __init__(self, parts: Sequence[StowPart]) -> None:
        boundary = uuid.uuid4().hex
        self.content_type = f'multipart/related; type="application/dicom"; boundary={boundary}'
        self._parts = [(part.encode_header(boundary), part) for part in parts]
        self._end = f"--{boundary}--\r\n".encode()
        self.length = sum(len(header) + part.size + 2 for header, part in self._parts) + len(self._end)

    def read(self, piece_bytes: int) -> Iterator[bytes]:
        """Yield the body in pieces of a size at most, headers apart. Raises OSError."""
        for header, part in self._parts:
            yield header
            with part.path.open("rb") as stream:
                while piece := stream.read(piece_bytes):
                    yield piece
            yield b"\r\n"
        yield self._end


def parse_stow_answer(model: object) -> StowAnswer:
    """Read the answer's DICOM JSON model. Raises NotStowAnswerError."""
    if isinstance(model, list) and len(model) == 1:
        model = model[0]
    if not isinstance(model, dict) or not {REFERENCED_SOP_SEQUENCE, FAILED_SOP_SEQUENCE} & model.keys():
        raise NotStowAnswerError("neither stored nor refused objects are named")
    try:
        stored = [_uid(item) for item in model.get(REFERENCED_SOP_SEQUENCE, {}).get("Value", [])]
        failed = {_uid(item): _reason(item) for item in model.get(FAILED_SOP_SEQUENCE, {}).get("Value", [])}
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise NotStowAnswerError("the answer's sequences are malformed") from error
    failed.pop("", None)
    return StowAnswer(frozenset(stored) - failed.keys() - {""}, failed)


def _uid(item: Mapping[str, Mapping[str, Sequence[str]]]) -> str:
    """Return the object's identifier, empty when the platform could not read it."""
    return str((item.get(REFERENCED_SOP_INSTANCE_UID, {}).get("Value") or [""])[0])


def _reason(item: Mapping[str, Mapping[str, Sequence[int]]]) -> int:
    return int((item.get(FAILURE_REASON, {}).get("Value") or [UNKNOWN_REASON])[0])
