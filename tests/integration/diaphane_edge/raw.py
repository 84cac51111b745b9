"""A modality that says exactly what it is told, byte by byte."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian
from pynetdicom import build_context
from pynetdicom.dimse_messages import C_ECHO_RQ, C_STORE_RQ, DIMSEMessage
from pynetdicom.dimse_primitives import C_ECHO, C_STORE
from pynetdicom.dsutils import decode, encode
from pynetdicom.pdu import A_ASSOCIATE_RQ
from pynetdicom.pdu_primitives import (
    A_ASSOCIATE,
    ImplementationClassUIDNotification,
    MaximumLengthNotification,
)

from diaphane_dicom.identifiers import IMPLEMENTATION_CLASS_UID

from .edge import EDGE_TITLE, SCANNER, Edge

VERIFICATION = "1.2.840.10008.1.1"
STORAGE_CONTEXT, ECHO_CONTEXT, UNKNOWN_CONTEXT = 1, 3, 99
P_DATA, RELEASE_RP, ABORT = 0x04, 0x06, 0x07
RELEASE_RQ = bytes.fromhex("05 00 00000004 00000000")
ABORT_RQ = bytes.fromhex("07 00 00000004 00000000")


class RawModality:
    """An established association and what goes through it."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def send(self, content: bytes, *, piece: int = 0) -> None:
        """Send bytes, in pieces of a length, each in a segment of its own."""
        for at in range(0, len(content), piece or len(content) or 1):
            self._connection.sendall(content[at : at + (piece or len(content))])

    def read(self) -> tuple[int, bytes]:
        """Return the type and the content of the next PDU; (0, b"") once the connection is closed."""
        header = self._read(6)
        if len(header) < 6:
            return 0, b""
        return header[0], self._read(struct.unpack(">L", header[2:])[0])

    def status(self) -> int:
        """Return the status of the response that comes."""
        kind, content = self.read()
        assert kind == P_DATA
        return int(decode(BytesIO(content[6:]), True, True).Status)

    def is_aborted(self) -> bool:
        """Tell whether the gateway ends the association with an abort and closes the connection."""
        return self.read()[0] == ABORT and self.is_closed()

    def is_closed(self) -> bool:
        """Tell whether the gateway closes the connection."""
        return self.read()[0] == 0

    def close(self) -> None:
        """Cut the connection without a word."""
        self._connection.close()

    def _read(self, size: int) -> bytes:
        content = b""
        while len(content) < size:
            try:
                more = self._connection.recv(size - len(content))
            except ConnectionError:
                return b""
            if not more:
                return b""
            content += more
        return content


@contextmanager
def raw_modality(edge: Edge, *, nodelay: bool = True) -> Iterator[RawModality]:
    with socket.create_connection(("127.0.0.1", edge.port), timeout=20) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, int(nodelay))
        modality = RawModality(connection)
        modality.send(_association_request())
        kind, _ = modality.read()
        assert kind == 2
        yield modality


def store_message(path: Path, *, context: int = STORAGE_CONTEXT, longest: int = 16384) -> bytes:
    """Write a C-STORE request and its data set as PDUs of a length."""
    dataset = dcmread(path)
    primitive = C_STORE()
    primitive.MessageID = 1
    primitive.AffectedSOPClassUID = dataset.SOPClassUID
    primitive.AffectedSOPInstanceUID = dataset.SOPInstanceUID
    primitive.Priority = 0
    primitive.DataSet = BytesIO(encoded(dataset))
    return _pdus(C_STORE_RQ(), primitive, context, longest)


def echo_message() -> bytes:
    primitive = C_ECHO()
    primitive.MessageID = 2
    primitive.AffectedSOPClassUID = VERIFICATION
    return _pdus(C_ECHO_RQ(), primitive, ECHO_CONTEXT, 16384)


def encoded(dataset: Dataset) -> bytes:
    content = encode(dataset, False, True)
    assert content is not None
    return content


def _pdus(message: DIMSEMessage, primitive: object, context: int, longest: int) -> bytes:
    message.primitive_to_message(primitive)  # type: ignore[arg-type]
    values = [
        item for pdu in message.encode_msg(context, longest) for item in pdu.presentation_data_value_list
    ]
    return b"".join(
        struct.pack(">BxLLB", P_DATA, len(value) + 5, len(value) + 1, number) + value
        for number, value in values
    )


def _association_request() -> bytes:
    request = A_ASSOCIATE()
    request.application_context_name = "1.2.840.10008.3.1.1.1"
    request.calling_ae_title, request.called_ae_title = SCANNER, EDGE_TITLE
    storage = build_context(CTImageStorage, ExplicitVRLittleEndian)
    echo = build_context(VERIFICATION, ExplicitVRLittleEndian)
    storage.context_id, echo.context_id = STORAGE_CONTEXT, ECHO_CONTEXT
    request.presentation_context_definition_list = [storage, echo]
    length, implementation = MaximumLengthNotification(), ImplementationClassUIDNotification()
    length.maximum_length_received = 16384
    implementation.implementation_class_uid = IMPLEMENTATION_CLASS_UID
    request.user_information = [length, implementation]
    pdu = A_ASSOCIATE_RQ()
    pdu.from_primitive(request)
    return bytes(pdu.encode())
