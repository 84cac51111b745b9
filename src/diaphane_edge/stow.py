"""Encode a STOW-RS request and read its answer (PS3.18 §10.5 and §8.6.1.2)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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


def encode_stow(contents: Sequence[bytes]) -> tuple[str, bytes]:
    """Put Part 10 files in a multipart/related body; return its content type and the body."""
    boundary = uuid.uuid4().hex
    pieces: list[bytes] = []
    for content in contents:
        pieces += [f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode(), content, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())
    return f'multipart/related; type="application/dicom"; boundary={boundary}', b"".join(pieces)


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
