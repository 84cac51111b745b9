"""Talk to the platform over HTTP: images, worklist, state of the gateway."""

import socket
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from .archive import Candidate
from .contact import Contact, Purpose, Trouble
from .credentials import Credential, Credentials, FixedCredentials, parse_credential
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
        self.contact = Contact()

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
            Purpose.IMAGES,
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
            raise self._fail(Purpose.IMAGES, Trouble.FAILING, str(error)) from error
        return answer

    def fetch_worklist(self, etag: str) -> tuple[bytes, str] | None:
        """Get the worklist and its version, or None when it has not changed. Raises PlatformError."""
        headers = {"If-None-Match": etag} if etag else {}
        response = self._exchange(
            Purpose.WORKLIST, "GET", "/edge/v1/worklist", frozenset({200, 304}), headers=headers
        )
        return None if response.status_code == 304 else (response.content, response.headers.get("ETag", ""))

    def find_classes(self, sop_instance_uids: Sequence[str]) -> dict[str, str]:
        """Map the objects that the platform holds, of those, to their SOP classes. Raises PlatformError."""
        query = {"SOPInstanceUID": ",".join(sop_instance_uids), "limit": str(len(sop_instance_uids))}
        headers = {"Accept": "application/dicom+json"}
        response = self._exchange(
            Purpose.COMMITMENTS,
            "GET",
            "/dicomweb/instances",
            frozenset({200, 204}),
            params=query,
            headers=headers,
        )
        try:
            found = response.json() if response.status_code == 200 else []
            return {each["00080018"]["Value"][0]: each["00080016"]["Value"][0] for each in found}
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise self._fail(Purpose.COMMITMENTS, Trouble.FAILING, "no search result") from error

    def list_prior_searches(self) -> list[object]:
        """Get the searches for earlier studies that are open. Raises PlatformError."""
        response = self._exchange(Purpose.PRIORS, "GET", "/edge/v1/priors", frozenset({200}))
        return self._read_list(response, "searches")

    def choose_priors(self, search: str, candidates: Sequence[Candidate]) -> list[str]:
        """Tell which studies of a person the archive holds; get those to fetch. Raises PlatformError."""
        body = {"studies": [asdict(each) for each in candidates]}
        path = f"/edge/v1/priors/{search}/candidates"
        response = self._exchange(Purpose.PRIORS, "PUT", path, frozenset({200}), json=body)
        return [str(uid) for uid in self._read_list(response, "fetch")]

    def end_prior_search(self, search: str, *, state: str, reason: str = "", missing: int = 0) -> None:
        """Tell how a search ended. Raises PlatformError."""
        body = {"state": state, "reason": reason, "missing": missing}
        path = f"/edge/v1/priors/{search}/outcome"
        self._exchange(Purpose.PRIORS, "PUT", path, frozenset({204}), json=body)

    def renew_credential(self) -> Credential:
        """Ask for the next credential. Raises PlatformError."""
        response = self._exchange(Purpose.CREDENTIALS, "POST", "/edge/v1/credentials", frozenset({201}))
        try:
            return parse_credential(response.json())
        except ValueError as error:
            raise self._fail(Purpose.CREDENTIALS, Trouble.FAILING, "no credential") from error

    def put_step(self, sop_instance_uid: str, revision: int, attributes: dict[str, object]) -> None:
        """Tell the platform what a performed procedure step has become. Raises PlatformError."""
        body = {"revision": revision, "attributes": attributes}
        self._exchange(
            Purpose.STEPS, "PUT", f"/edge/v1/steps/{sop_instance_uid}", frozenset({204}), json=body
        )

    def post_status(self, status: dict[str, object]) -> None:
        """Tell the platform how the gateway is. Raises PlatformError."""
        self._exchange(Purpose.STATUS, "POST", "/edge/v1/status", frozenset({200, 204}), json=status)

    def _read_list(self, response: httpx.Response, name: str) -> list[object]:
        try:
            return list(response.json()[name])
        except (ValueError, KeyError, TypeError) as error:
            raise self._fail(Purpose.PRIORS, Trouble.FAILING, f"no {name}") from error

    def _exchange(
        self, purpose: Purpose, method: str, path: str, expected: frozenset[int], **request: object
    ) -> httpx.Response:
        try:
            response = self._client.request(method, path, **request)  # type: ignore[arg-type]
        except httpx.HTTPError as error:
            raise self._fail(purpose, Trouble.SILENT, type(error).__name__) from error
        status = response.status_code
        if status in expected:
            self.contact.succeed(purpose)
            return response
        if status in REFUSED_CONTENT:
            self.contact.succeed(purpose)  # the object is at fault, not the exchange
            raise ContentRefusedError(status)
        trouble = Trouble.STRANGER if status in (401, 403) else Trouble.FAILING
        raise self._fail(purpose, trouble, f"HTTP {status}")

    def _fail(self, purpose: Purpose, trouble: Trouble, detail: str) -> PlatformError:
        self.contact.fail(purpose, trouble, detail)
        return PlatformError(f"{trouble}: {detail}")


def _find_proxy(url: str) -> str | None:
    """Return the proxy that the machine's environment names for an address (HTTPS_PROXY, NO_PROXY)."""
    address = urlsplit(url)
    return None if proxy_bypass(address.netloc) else getproxies().get(address.scheme)
