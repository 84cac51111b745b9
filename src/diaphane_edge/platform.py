"""Talk to the platform over HTTP: images, worklist, state of the gateway."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from .archive import Candidate
from .credentials import Credential, Credentials, FixedCredentials
from .logs import log
from .stow import NotStowAnswerError, StowAnswer, StowBody, parse_stow_answer

TIMEOUT = httpx.Timeout(30.0, connect=5.0)
TRANSFER_TIMEOUT = httpx.Timeout(120.0, connect=5.0)
CONNECTIONS = httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=60.0)
TCP_NOTSENT_LOWAT = 25
"""linux/tcp.h; Python names it from 3.13 on."""
SOCKET_OPTIONS = (
    # The kernel keeps little that has not left: what an urgent exam overtakes must not be queued there.
    (socket.IPPROTO_TCP, TCP_NOTSENT_LOWAT, 64 << 10),
    # A link that lets nothing pass is given up for a new connection: retransmission would wait too long.
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 20_000),
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 10),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 5),
)
STOW_STATUSES = frozenset({200, 202, 409})
"""Statuses whose body says what became of each object (PS3.18 §10.5.3)."""
REFUSED_CONTENT = frozenset({400, 409, 413, 415, 422})


class PlatformError(RuntimeError):
    """Say in plain words why an exchange failed; another try may succeed."""


class ContentRefusedError(PlatformError):
    """Say that the platform refuses a request for what is in it, with the HTTP status of its answer."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the platform refuses the request: HTTP {status}")
        self.status = status


class Platform:
    """The platform, as seen by one gateway. Every method may be called from any thread."""

    def __init__(self, *, url: str, credentials: Credentials | FixedCredentials) -> None:
        def sign(request: httpx.Request) -> httpx.Request:
            request.headers["Authorization"] = f"Bearer {credentials.token}"
            return request

        transport = httpx.HTTPTransport(
            limits=CONNECTIONS, socket_options=SOCKET_OPTIONS, proxy=_find_proxy(url)
        )
        self._client = httpx.Client(
            base_url=url, auth=sign, timeout=TIMEOUT, transport=transport, follow_redirects=False
        )
        self._lock = threading.Lock()
        self._last_error: str | None = None
        self._last_contact_at: float | None = None

    @property
    def last_error(self) -> str | None:
        """Why the last exchange failed, or None when it succeeded."""
        with self._lock:
            return self._last_error

    @property
    def last_contact_at(self) -> float | None:
        """When the platform last answered as expected."""
        with self._lock:
            return self._last_contact_at

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def store(self, body: StowBody, pieces: Iterator[bytes]) -> StowAnswer:
        """Send objects by STOW-RS, the pieces of their body as they come. Raises PlatformError."""
        headers = {
            "Content-Type": body.content_type,
            "Content-Length": str(body.length),
            "Accept": "application/dicom+json",
        }
        response = self._exchange(
            "POST",
            "/dicomweb/studies",
            STOW_STATUSES,
            content=pieces,
            headers=headers,
            timeout=TRANSFER_TIMEOUT,
        )
        try:
            answer = parse_stow_answer(response.json())
        except (NotStowAnswerError, ValueError) as error:
            raise self._failed(f"the platform's answer to images is unusable: {error}") from error
        return answer

    def fetch_worklist(self, etag: str) -> tuple[bytes, str] | None:
        """Get the worklist and its version, or None when it has not changed. Raises PlatformError."""
        headers = {"If-None-Match": etag} if etag else {}
        response = self._exchange("GET", "/edge/v1/worklist", frozenset({200, 304}), headers=headers)
        return None if response.status_code == 304 else (response.content, response.headers.get("ETag", ""))

    def find_classes(self, sop_instance_uids: Sequence[str]) -> dict[str, str]:
        """Map the objects that the platform holds, of those, to their SOP classes. Raises PlatformError."""
        query = {"SOPInstanceUID": ",".join(sop_instance_uids), "limit": str(len(sop_instance_uids))}
        headers = {"Accept": "application/dicom+json"}
        response = self._exchange(
            "GET", "/dicomweb/instances", frozenset({200, 204}), params=query, headers=headers
        )
        try:
            found = response.json() if response.status_code == 200 else []
            return {each["00080018"]["Value"][0]: each["00080016"]["Value"][0] for each in found}
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise self._failed("the platform's answer to a search is unusable") from error

    def list_prior_searches(self) -> list[object]:
        """Get the searches for earlier studies that are open. Raises PlatformError."""
        response = self._exchange("GET", "/edge/v1/priors", frozenset({200}))
        return self._read_list(response, "searches")

    def choose_priors(self, search: str, candidates: Sequence[Candidate]) -> list[str]:
        """Tell which studies of a person the archive holds; get those to fetch. Raises PlatformError."""
        body = {"studies": [asdict(each) for each in candidates]}
        path = f"/edge/v1/priors/{search}/candidates"
        response = self._exchange("PUT", path, frozenset({200}), json=body)
        return [str(uid) for uid in self._read_list(response, "fetch")]

    def end_prior_search(self, search: str, *, state: str, reason: str = "", missing: int = 0) -> None:
        """Tell how a search ended. Raises PlatformError."""
        body = {"state": state, "reason": reason, "missing": missing}
        self._exchange("PUT", f"/edge/v1/priors/{search}/outcome", frozenset({204}), json=body)

    def renew_credential(self) -> Credential:
        """Ask for the next credential. Raises PlatformError."""
        response = self._exchange("POST", "/edge/v1/credentials", frozenset({201}))
        try:
            given = response.json()
            return Credential(given["token"], given["expires_at"], given["renew_at"])
        except (ValueError, KeyError, TypeError) as error:
            raise self._failed("the platform's answer is no credential") from error

    def put_step(self, sop_instance_uid: str, revision: int, attributes: dict[str, object]) -> None:
        """Tell the platform what a performed procedure step has become. Raises PlatformError."""
        body = {"revision": revision, "attributes": attributes}
        self._exchange("PUT", f"/edge/v1/steps/{sop_instance_uid}", frozenset({204}), json=body)

    def post_status(self, status: dict[str, object]) -> None:
        """Tell the platform how the gateway is. Raises PlatformError."""
        self._exchange("POST", "/edge/v1/status", frozenset({200, 204}), json=status)

    def _read_list(self, response: httpx.Response, name: str) -> list[object]:
        try:
            return list(response.json()[name])
        except (ValueError, KeyError, TypeError) as error:
            raise self._failed(f"the platform's answer has no {name}") from error

    def _exchange(
        self, method: str, path: str, expected: frozenset[int], **request: object
    ) -> httpx.Response:
        try:
            response = self._client.request(method, path, **request)  # type: ignore[arg-type]
        except httpx.HTTPError as error:
            raise self._failed(f"the platform cannot be reached: {type(error).__name__}") from error
        if response.status_code in expected:
            self._succeeded()
            return response
        if response.status_code in REFUSED_CONTENT:
            raise ContentRefusedError(response.status_code)
        if response.status_code in (401, 403):
            raise self._failed("the platform does not recognise this gateway: enrol it again")
        raise self._failed(f"the platform answers HTTP {response.status_code}")

    def _succeeded(self) -> None:
        with self._lock:
            was_down, self._last_error = self._last_error, None
            self._last_contact_at = time.time()
        if was_down:
            log.info("platform_back")

    def _failed(self, reason: str) -> PlatformError:
        with self._lock:
            is_news, self._last_error = self._last_error != reason, reason
        if is_news:
            log.warning("platform_failed", reason=reason)
        return PlatformError(reason)


def _find_proxy(url: str) -> str | None:
    """Return the proxy that the machine's environment names for an address (HTTPS_PROXY, NO_PROXY)."""
    address = urlsplit(url)
    return None if proxy_bypass(address.netloc) else getproxies().get(address.scheme)
