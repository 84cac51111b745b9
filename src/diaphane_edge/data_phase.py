"""Stand between a connection and pynetdicom: serve C-STORE before pynetdicom sees it (PS3.8 §9.2 and §9.3).

pynetdicom reads its connections through an `AssociationSocket`. This one looks at what comes once the
association is established: C-STORE requests are served here, everything else is offered to pynetdicom as if
it had just come. Associations, their state machine, timers and threads, and every other service stay
pynetdicom's (ADR 7).
"""

import os
import select
import socket
import threading
import time
from ssl import SSLSocket
from typing import cast

from pynetdicom.association import Association
from pynetdicom.events import Event
from pynetdicom.transport import AssociationSocket

from .command import MalformedCommandError
from .dialogue import Agreed, ProtocolError, StoreDialogue
from .logs import log
from .pdu import MalformedPduError, PduReader
from .spool import Spool

BUFFER_BYTES = 1 << 20
LONGEST_ASSOCIATION_PDU_BYTES = 1 << 20
LOOK_UP_SECONDS = 0.001
"""How often to see whether pynetdicom has something to send, as often as it does itself."""
LINGER_SECONDS = 1.0
"""How long the next object is awaited before pynetdicom goes on looking by itself."""
DATA_TRANSFER = "Sta6"
CONNECTION_CLOSED, INVALID_PDU = "Evt17", "Evt19"
"""The state and the events of PS3.8 §9.2 that matter here, as pynetdicom names them."""


def serve_stores(event: Event, spool: Spool, services: frozenset[str]) -> None:
    """Stand between a new connection and pynetdicom.

    `services` are the abstract syntaxes that are not for objects.
    """
    dul = event.assoc.dul
    event.assoc._reactor_checkpoint = Checkpoint()
    dul.event_queue.get_nowait()  # the socket that is replaced announced the connection; so does the new one
    connection = cast(AssociationSocket, dul.socket).socket
    dul.socket = DataPhase(event.assoc, cast(socket.socket, connection), spool=spool, services=services)


class Checkpoint(threading.Event):
    """Where pynetdicom's other thread of an association waits while it is held: by pynetdicom, or by objects.

    Each lets go of its own hold alone: while pynetdicom sends a request of ours (the report of a storage
    commitment) it holds that thread, which would take the answer for itself.
    """

    def __init__(self) -> None:
        super().__init__()
        self.set()
        self.no_object = threading.Event()
        self.no_object.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nobody holds it; with a timeout, as long at most for each."""
        while super().wait(timeout) and self.no_object.wait(timeout):
            if self.is_set():
                return True
        return False


class DataPhase(AssociationSocket):
    """The connection of one association, used in the one thread in which pynetdicom reads and writes."""

    def __init__(
        self, association: Association, connection: socket.socket, *, spool: Spool, services: frozenset[str]
    ) -> None:
        super().__init__(association, client_socket=connection)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(association.network_timeout)
        self._connection = connection
        self._spool = spool
        self._services = services
        self._reader = PduReader(cast(int, association.acceptor.maximum_length))
        self._dialogue: StoreDialogue | None = None
        self._buffer = memoryview(b"")
        self._offered = bytearray()
        """PDUs that are pynetdicom's to read."""
        self._awaits_object = False
        self._is_over = False

    @property
    def ready(self) -> bool:
        """Serve what came, and tell whether something is left for pynetdicom to read."""
        if self._offered:
            return True
        if self._is_over or self.socket is None:
            return False
        if self.assoc.dul.state_machine.current_state != DATA_TRANSFER:
            return self._reader.is_between_pdus and bool(super().ready)
        return self._serve()

    def recv(self, nr_bytes: int) -> bytearray:
        """Read what was offered; before the association is established, read the connection.

        Raises OSError when the peer announces more than an association needs.
        """
        if nr_bytes > LONGEST_ASSOCIATION_PDU_BYTES:
            raise OSError(f"a PDU of {nr_bytes} bytes")
        if not self._offered:
            return super().recv(nr_bytes)
        taken = self._offered[:nr_bytes]
        del self._offered[:nr_bytes]
        return taken

    def close(self) -> None:
        """Close the connection and forget the object that was under way."""
        self._end()
        super().close()

    def _serve(self) -> bool:
        """Receive as long as objects come; return when pynetdicom has something to read or to do.

        Meanwhile its other thread of this association, which looks a thousand times a second whether it has
        something to do, is held at the point where pynetdicom lets it be held.
        """
        checkpoint = cast(Checkpoint, self.assoc._reactor_checkpoint)
        checkpoint.no_object.clear()
        try:
            while (content := self._await_content()) is not None and self._receive(content):
                self._awaits_object = not self._offered
                if self._offered:
                    return True
            return False
        finally:
            checkpoint.no_object.set()

    def _await_content(self) -> memoryview | None:
        """Return what came, nothing when the connection is closed; None when it is pynetdicom's turn.

        When another object is likely it is waited for a while.
        """
        end = time.monotonic() + LINGER_SECONDS
        while self.assoc.dul.to_provider_queue.empty() and self.event_queue.empty():
            try:
                if (content := self._read_some()) is not None:
                    return content
                if not self._awaits_object:
                    return None
                if not select.select([self._connection], [], [], LOOK_UP_SECONDS)[0]:
                    self._awaits_object = time.monotonic() < end
            except (OSError, ValueError):
                return memoryview(b"")
        return None

    def _receive(self, content: memoryview) -> bool:
        """Take what came. What the standard does not allow ends the association (PS3.8 §9.2.2, AA-8)."""
        if not content:
            self._end(CONNECTION_CLOSED)
            return False
        self.assoc.dul._idle_timer.restart()
        try:
            self._get_dialogue().take(self._reader.read(content))
        except (MalformedPduError, MalformedCommandError, ProtocolError) as error:
            log.warning("association_aborted", reason=str(error))
            self._offered.clear()
            self._end(INVALID_PDU)
            return False
        except BaseException:
            self._end()
            raise
        return True

    def _read_some(self) -> memoryview | None:
        """Read what the connection holds, nothing when it is closed; None when nothing came yet.

        By `readv`, as Python's sockets first ask whether they are readable. The kernel acknowledges what came
        without delay: a sender that leaves Nagle's algorithm on waits for that before it sends the end of
        each object. Linux forgets the wish, so that it is said each time. Raises OSError or ValueError.
        """
        if not self._buffer:
            self._buffer = memoryview(bytearray(BUFFER_BYTES))
        connection = self._connection
        if isinstance(connection, SSLSocket):
            if not connection.pending() and not select.select([connection], [], [], 0)[0]:
                return None
            size = connection.recv_into(self._buffer)
        else:
            try:
                size = os.readv(connection.fileno(), [self._buffer])
            except BlockingIOError:
                return None
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return self._buffer[:size]

    def _get_dialogue(self) -> StoreDialogue:
        """Return the dialogue, begun when the first message comes: then contexts are agreed."""
        if self._dialogue is None:
            contexts = {cast(int, context.context_id): context for context in self.assoc.accepted_contexts}
            agreed = Agreed(
                calling_ae_title=str(self.assoc.requestor.ae_title).strip(),
                transfer_syntaxes={number: str(cx.transfer_syntax[0]) for number, cx in contexts.items()},
                storage=frozenset(
                    number for number, cx in contexts.items() if cx.abstract_syntax not in self._services
                ),
                longest_answer=self.assoc.requestor.maximum_length or 0,
            )
            self._dialogue = StoreDialogue(agreed, self._spool, answer=self.send, offer=self._offered.extend)
        return self._dialogue

    def _end(self, event: str | None = None) -> None:
        """Receive nothing more, and tell pynetdicom's state machine why."""
        self._is_over = True
        if self._dialogue:
            self._dialogue.abandon()
        if event:
            self.event_queue.put(event)
