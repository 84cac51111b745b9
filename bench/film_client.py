"""The films of an act as a protocol client takes them: what the link and the platform allow, no browser."""

import json
import re
import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx

from .looking import COOKIE, HeldExam

SKIPPED = 2
Piece = list[object]


@dataclass(frozen=True)
class Looked:
    """Seconds after the description of the films, or None where there is no such moment."""

    first_picture: float
    quarter: float | None
    exact: float


class FilmClient:
    """A person's session on one connection through a link."""

    def __init__(self, exam: HeldExam, port: int) -> None:
        address = f"http://127.0.0.1:{port}"
        self._client = httpx.Client(base_url=address, cookies={COOKIE: exam.session}, timeout=120)
        page = self._client.get(f"/examens/{exam.act_id}/apercu/").raise_for_status().text
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        if token is None:
            raise LookupError("the page holds no CSRF token")
        self._headers = {"X-CSRFToken": token[1], "Origin": address}
        self._path = f"/films/{exam.act_id}/"

    def look(self) -> Looked:
        """Take the middle slice by a question of its own, then every beginning, then every rest."""
        slices = self._describe()
        start = time.perf_counter()
        middle = (len(slices) - 1) // 2
        near = sorted(range(len(slices)), key=lambda index: abs(index - middle))
        cuts = [slices[index]["cuts"][-1 - SKIPPED] for index in near]
        begin = [[slices[index]["id"], 1, 0, cut] for index, cut in zip(near, cuts, strict=True)]
        rest = [[slices[index]["id"], 1, cut, None] for index, cut in zip(near, cuts, strict=True)]
        arrivals = [*self._ask([begin[0], rest[0]]), *self._ask([*begin[1:], *rest[1:]])]
        count = len(slices)
        return Looked(arrivals[0] - start, arrivals[count] - start, arrivals[-1] - start)

    def _describe(self) -> list[dict[str, object]]:
        films: list[dict[str, list[dict[str, object]]]] = self._client.get(self._path).json()["films"]
        return films[0]["slices"]

    def _ask(self, pieces: Sequence[Piece]) -> Iterator[float]:
        """Yield the instant at which each piece is whole."""
        body = json.dumps(pieces)
        address = f"{self._path}morceaux/"
        with self._client.stream("POST", address, content=body, headers=self._headers) as answer:
            answer.raise_for_status()
            waiting, missing = bytearray(), 8
            for chunk in answer.iter_raw():
                waiting += chunk
                while len(waiting) >= missing:
                    length = struct.unpack_from("<LL", waiting)[1]
                    missing = 8 + length
                    if len(waiting) < missing:
                        break
                    del waiting[:missing]
                    missing = 8
                    yield time.perf_counter()
