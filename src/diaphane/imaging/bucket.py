"""Keep objects in a bucket of any service that speaks S3: the folder's promises, over the network."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, BinaryIO, cast
from urllib.parse import urlsplit

import obstore
from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from .storage import CHUNK, make_incoming_folder

if TYPE_CHECKING:
    from obstore import GetOptions
    from obstore.store import ClientConfig

TIMEOUT = "60s"


class BucketError(OSError):
    """The service did not do what was asked: try again later."""


@contextmanager
def _as_system_errors() -> Iterator[None]:
    """Raise what a folder would raise: callers tell a missing file from a store that fails, nothing else."""
    try:
        yield
    except NotFoundError as error:
        raise FileNotFoundError("this object is not in the bucket") from error
    except BaseError as error:
        raise BucketError(str(error)) from error


class StoredObject(io.RawIOBase):
    """One object opened for reading: each ``read`` is one request for its range, and nothing more."""

    def __init__(self, store: S3Store, key: str) -> None:
        self._store, self._key, self._position = store, key, 0
        self._size: int | None = None

    @property
    def size(self) -> int:
        """Return its length in bytes, as a read has told it, or else the service.

        Raises:
            FileNotFoundError, BucketError
        """
        if self._size is None:
            with _as_system_errors():
                self._size = int(obstore.head(self._store, self._key)["size"])
        return self._size

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move, without asking anything of the service unless from the end."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position}
        self._position = offset + (self.size if whence == io.SEEK_END else start[whence])
        return self._position

    def tell(self) -> int:
        """Return where the next read begins."""
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        """Return so many bytes from here, or the rest; none past the end.

        Raises:
            FileNotFoundError, BucketError
        """
        is_rest = size is None or size < 0
        if size == 0 or (self._size is not None and self._position >= self._size):
            return b""
        end = self._position + (size or 0)
        wanted: GetOptions = {"range": {"offset": self._position} if is_rest else (self._position, end)}
        with _as_system_errors():
            answer = obstore.get(self._store, self._key, options=wanted)
            found = bytes(answer.bytes())
        self._size = int(answer.meta["size"])
        self._position += len(found)
        return found

    def readall(self) -> bytes:
        """Return the rest."""
        return self.read()

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Fill a buffer from here."""
        found = self.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


@deconstructible
class DurableBucket(Storage):
    """A bucket where a file appears whole, acknowledged by the service, or not at all.

    ``url`` is ``s3://bucket/prefix``. The service's address and credentials come from ``AWS_ENDPOINT``,
    ``AWS_REGION``, ``AWS_ACCESS_KEY_ID`` and ``AWS_SECRET_ACCESS_KEY``.
    """

    def __init__(self, *, url: str, endpoint: str = "") -> None:
        self._url, self._endpoint = url, endpoint

    @cached_property
    def _store(self) -> S3Store:
        """Return the connection to the service, shared by every thread."""
        where = urlsplit(self._url)
        options: ClientConfig = {"timeout": TIMEOUT, "allow_http": self._endpoint.startswith("http://")}
        return S3Store(
            where.netloc,
            prefix=where.path.strip("/") or None,
            endpoint=self._endpoint or None,
            client_options=options,
        )

    def save(self, name: str | None, content: "File[bytes]", max_length: int | None = None) -> str:  # type: ignore[override]
        """Write one object; it is durable, as the service means it, when this returns.

        Raises:
            BucketError: the service refuses, is full, or cannot be reached; nothing is left behind.
        """
        if name is None:
            raise ValueError("an object is kept under a key")
        content.seek(0)
        with _as_system_errors():
            obstore.put(self._store, name, content.file or content)
        return name

    def exists(self, name: str) -> bool:
        """Say whether an object is there."""
        try:
            return self.size(name) >= 0
        except FileNotFoundError:
            return False

    def size(self, name: str) -> int:
        """Return the length of an object, in bytes."""
        return StoredObject(self._store, name).size

    def delete(self, name: str) -> None:
        """Remove an object."""
        with _as_system_errors():
            obstore.delete(self._store, name)

    def get_modified_time(self, name: str) -> datetime:
        """Return when an object was written, as the service says."""
        with _as_system_errors():
            return obstore.head(self._store, name)["last_modified"]

    def list_keys(self, *, after: str = "") -> Iterator[str]:
        """Yield the key of every object after one, as the service's pages come.

        Those of images are in order of bytes; a service that keeps folders may put a file beside one later.
        """
        with _as_system_errors():
            for page in obstore.list(self._store, offset=after or None):
                yield from (str(each["path"]) for each in page)

    @contextmanager
    def as_file(self, key: str) -> Iterator[Path]:
        """Give an object as a file of this machine, brought here for as long as it is read."""
        with NamedTemporaryFile(dir=make_incoming_folder(), suffix=".dcm") as file:
            with _as_system_errors():
                for piece in obstore.get(self._store, key).stream(min_chunk_size=CHUNK):
                    file.write(piece)
            file.flush()
            yield Path(file.name)

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        return File(cast(BinaryIO, StoredObject(self._store, name)), name)
