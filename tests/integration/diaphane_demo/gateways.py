"""Play the site's gateway for the scanner: a worklist and a storage that answer what a test asks for."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from unittest.mock import patch

from pydicom.dataset import Dataset
from pydicom.uid import (
    CTImageStorage,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    MRImageStorage,
    XRayRadiationDoseSRStorage,
)
from pynetdicom import AE, _config, evt
from pynetdicom.sop_class import ModalityWorklistInformationFind  # type: ignore[attr-defined]

TITLE = "LISIERE"


@dataclass
class Gateway:
    """Hold the worklist that is served and the images that were received."""

    items: list[Dataset] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    received: list[Dataset] = field(default_factory=list)
    callers: set[str] = field(default_factory=set)
    associations: int = 0
    abort_after: int | None = None
    port: int = 0

    def find(self, event: evt.Event) -> Iterator[tuple[int, Dataset | None]]:
        """Answer every item, whatever was asked."""
        self.callers.add(event.assoc.requestor.ae_title)
        for item in self.items:
            yield 0xFF00, item

    def store(self, event: evt.Event) -> int:
        """Keep an image, or answer the next status that the test prepared."""
        status = self.statuses.pop(0) if self.statuses else 0x0000
        if status == 0x0000:
            image = event.dataset
            image.file_meta = event.file_meta
            self.received.append(image)
        if self.abort_after is not None and len(self.received) >= self.abort_after:
            self.abort_after = None
            event.assoc.abort()
        return status

    def count(self, event: evt.Event) -> None:
        """Count the associations that asked to store."""
        self.associations += any(
            context.abstract_syntax == CTImageStorage for context in event.assoc.requestor.requested_contexts
        )


@contextlib.contextmanager
def serve_gateway(*items: Dataset, port: int = 0) -> Iterator[Gateway]:
    """Serve a gateway on a free port of this machine."""
    gateway = Gateway(items=list(items))
    # A gateway that ran in this process has had pynetdicom accept every class.
    restricted = patch.object(_config, "UNRESTRICTED_STORAGE_SERVICE", False)
    restricted.start()
    entity = AE(ae_title=TITLE)
    entity.add_supported_context(ModalityWorklistInformationFind)
    for sop_class in (CTImageStorage, MRImageStorage, XRayRadiationDoseSRStorage):
        entity.add_supported_context(sop_class, [ExplicitVRLittleEndian, JPEG2000Lossless])
    handlers = [
        (evt.EVT_C_FIND, gateway.find),
        (evt.EVT_C_STORE, gateway.store),
        (evt.EVT_ACCEPTED, gateway.count),
    ]
    server = entity.start_server(("127.0.0.1", port), block=False, evt_handlers=handlers)
    gateway.port = server.socket.getsockname()[1]
    try:
        yield gateway
    finally:
        server.shutdown()
        restricted.stop()
