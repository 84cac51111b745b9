"""Objects put in a spool and made ready, without a network or another process."""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from hashlib import sha256
from types import SimpleNamespace

from diaphane_dicom.data_set import Identity
from diaphane_dicom.htj2k import transcode_to_htj2k
from diaphane_dicom.part10 import read_part10
from diaphane_edge.digests import digest_of, name_ready
from diaphane_edge.encoder import Encoder
from diaphane_edge.encoding import answer
from diaphane_edge.journal import Entry
from diaphane_edge.spool import Arrival, Reception, Spool


def keep(spool: Spool, content: bytes) -> Future[Reception]:
    """Have an object on the disk, as the modality is told."""
    part10 = read_part10(content)
    slot, digest = spool.slots.take(), digest_of(content, part10)
    slot.write(content)
    slot.mark(digest)
    return spool.keep(Arrival(slot, digest, Identity.of(part10)))


def receive(spool: Spool, content: bytes) -> Reception:
    """Have an object on the disk and in the journal."""
    return keep(spool, content).result()


def read(spool: Spool, entry: Entry) -> bytes:
    return spool.read(entry)[0]


def encode(spool: Spool, content: bytes) -> str:
    """Write an object's encoding in the spool, as the encoding process does, and return its name."""
    encoded = transcode_to_htj2k(content).content
    name = name_ready(sha256(encoded).hexdigest())
    (spool.path_of_objects / name).write_bytes(encoded)
    return name


@contextmanager
def encoding(spool: Spool) -> Iterator[Encoder]:
    """Run a real encoding process, and end it."""
    encoder = Encoder(spool)
    try:
        yield encoder
    finally:
        encoder.process.close()


@contextmanager
def encoding_here(spool: Spool) -> Iterator[Encoder]:
    """Encode in this process, which is quicker to start."""
    encoder = Encoder(spool)
    here = SimpleNamespace(ensure=lambda: None, ask=lambda **asked: answer(asked, transcode_to_htj2k))
    encoder.process.close()
    encoder.process = here  # type: ignore[assignment]
    yield encoder
