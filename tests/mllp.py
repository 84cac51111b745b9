"""Write ADT messages, listen for them on a real socket, and send them as a hospital's system does."""

import asyncio
import socket
import ssl
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread

import hl7

from diaphane.admissions.models import Peer
from diaphane.interop.hl7v2.frames import LARGEST, write_frame
from diaphane.interop.hl7v2.listener import Listener
from diaphane.kernel.clock import now
from diaphane.organisations.models import Structure

PATIENCE = 60
INS_AUTHORITY = "ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO"
AUTHORITY = "LISIERE-IPP"
_COUNT = iter(range(10_000))


def open_peer(site: Structure, **values: object) -> Peer:
    """Declare a hospital's system on this machine."""
    given = {
        "label": "SIH de Lisière",
        "address": "127.0.0.1",
        "application": "SIH",
        "facility": "LISIERE",
        "authority": AUTHORITY,
        "opened_at": now(),
    }
    return Peer.objects.create(structure=site, **(given | values))


@dataclass
class AdtText:
    """One message to send, usual where nothing is said; ``pid`` and ``msh`` change fields by number."""

    event: str = "A01"
    ipp: str = "IPP0001"
    number: str = ""
    ins: str = ""
    name: str = "LÉVÊQUE^Zoé^Zoé Anne^^^^L"
    born: str = "19540317"
    sex: str = "F"
    prior: str = ""
    charset: str = "UNICODE UTF-8"
    msh: Mapping[int, str] = field(default_factory=dict)
    pid: Mapping[int, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return its segments."""
        self.number = self.number or f"M{next(_COUNT):05d}"
        fields = {
            2: "SIH",
            3: "LISIERE",
            4: "DIAPHANE",
            5: "DIAPHANE",
            6: "20261126101500",
            8: f"ADT^{self.event}^ADT_{self.event}",
            9: self.number,
            10: "P",
            11: "2.5",
            16: "FRA",
            17: self.charset,
        }
        identifiers = f"{self.ipp}^^^{AUTHORITY}&1.2.250.1.71.4.2.2.99&ISO^PI"
        if self.ins:
            identifiers += f"~{self.ins}^^^{INS_AUTHORITY}^INS"
        person = {3: identifiers, 5: self.name, 7: self.born, 8: self.sex}
        lines = [
            "MSH|^~\\&" + _line(fields | {number - 1: text for number, text in self.msh.items()}, start=2),
            "EVN||20261126101500",
            "PID" + _line(person | dict(self.pid), start=1),
        ]
        if self.prior:
            lines.append(f"MRG|{self.prior}^^^{AUTHORITY}^PI")
        return "\r".join(lines) + "\r"

    def encode(self, encoding: str = "utf-8") -> bytes:
        """Return its bytes."""
        return self.text.encode(encoding)


def _line(fields: Mapping[int, str], *, start: int) -> str:
    return "".join(f"|{fields.get(number, '')}" for number in range(start, max(fields) + 1))


@dataclass(frozen=True)
class Ack:
    """What was answered: MSA-1, MSA-2, and the words of each ERR."""

    verdict: str
    control_id: str
    words: tuple[str, ...]
    locations: tuple[str, ...]
    codes: tuple[str, ...]


def read_ack(content: bytes, encoding: str = "utf-8") -> Ack:
    """Read an acknowledgement with the library that hospitals' tools use."""
    message = hl7.parse(content.decode(encoding))
    msa = message.segment("MSA")
    errors = [each for each in message if str(each[0]) == "ERR"]
    return Ack(
        str(msa[1]),
        str(msa[2]) if len(msa) > 2 else "",
        tuple(message.unescape(str(each[8])) for each in errors),
        tuple(str(each[2]) for each in errors),
        tuple(str(each[3]).split("^")[0] for each in errors),
    )


class Caller:
    """One connection of a hospital's system."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        plain = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket = tls.wrap_socket(plain, server_hostname="127.0.0.1") if tls else plain
        self._held = b""

    def send(self, content: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(content)

    def receive(self) -> bytes:
        """Return the next frame's content; nothing at the end of the connection."""
        while b"\x1c\r" not in self._held:
            try:
                more = self.socket.recv(65536)
            except ConnectionError:
                more = b""
            if not more:
                return b""
            self._held += more
        frame, _end, self._held = self._held.partition(b"\x1c\r")
        return frame.removeprefix(b"\x0b")

    def ask(self, content: bytes, encoding: str = "utf-8") -> Ack:
        """Send a message, and read what is answered."""
        self.send(write_frame(content))
        return read_ack(self.receive(), encoding)

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


@contextmanager
def listening(*, tls: ssl.SSLContext | None = None, largest: int = LARGEST) -> Iterator[int]:
    """Listen on a free port in another thread, as the process does; yield the port."""
    started: Future[int] = Future()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def play() -> None:
        try:
            server = await Listener(tls=tls, largest=largest).start("127.0.0.1", 0)
        except BaseException as error:
            started.set_exception(error)
            raise
        started.set_result(server.sockets[0].getsockname()[1])
        async with server:
            await stop.wait()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for each in others:
                each.cancel()
            await asyncio.gather(*others, return_exceptions=True)

    thread = Thread(target=lambda: loop.run_until_complete(play()))
    thread.start()
    try:
        yield started.result(timeout=PATIENCE)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=PATIENCE)
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
