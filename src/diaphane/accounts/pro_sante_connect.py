"""Ask Pro Santé Connect who somebody is, and believe nothing that does not hold (R39, R46).

OpenID Connect Core 1.0, authorization code with PKCE: ``state``, ``nonce``, signature, issuer, audience and
expiry are weighed by Authlib; the level (``acr``), the person and the match of both answers are weighed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from authlib.integrations.base_client.errors import MismatchingStateError, OAuthError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from django.conf import settings
from django.http import HttpRequest
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError
from requests.exceptions import RequestException

from diaphane.kernel.identifiers import is_valid_rpps

from .psc_refusals import PscRefusedError

LEVEL = "eidas1"
"""The level that is asked, and the least that is taken: card or e-CPS, two factors at each login."""
_LEVELS = ("eidas1", "eidas2", "eidas3")
_SCOPE = "openid scope_all"
_ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})
"""Signatures by a key that the platform does not hold; never ``none``, never a shared secret."""
_PATIENCE = 10  # seconds
LEEWAY = 30  # seconds that two clocks may differ by
_IDNAT_RPPS = "8"
_CLAIMS = {"iss": "issuer", "aud": "audience", "azp": "audience", "nonce": "nonce", "exp": "expired"}


@dataclass(frozen=True)
class Vouched:
    """A professional whom Pro Santé Connect vouches for, the token that says so, and its session over there.

    ``authenticated_at`` (seconds since 1970) is when they last proved who they are, where it is said.
    """

    rpps: str
    id_token: str
    issuer: str = ""
    subject: str = ""
    over_there: str = ""
    authenticated_at: int | None = None


def is_offered() -> bool:
    """Say whether this platform is declared at Pro Santé Connect."""
    return bool(settings.PRO_SANTE_CONNECT)


def make_address(request: HttpRequest, *, callback: str, **asked_besides: str) -> str:
    """Return where to send a browser, and keep in its session what the answer must match.

    ``asked_besides`` are parameters of the request, say those that ask who is there again.

    Raises:
        PscRefusedError: Pro Santé Connect does not answer.
    """
    client = make_client()
    try:
        asked = client.create_authorization_url(callback, acr_values=LEVEL, **asked_besides)
    except (RequestException, ValueError, RuntimeError) as error:
        raise PscRefusedError("away") from error
    client.save_authorize_data(request, redirect_uri=callback, **asked)
    return str(asked["url"])


def read_answer(request: HttpRequest) -> Vouched:
    """Return whom an answer vouches for; its ``state`` and its code serve once.

    Raises:
        PscRefusedError: the reason is that of the first thing that does not hold.
    """
    client = make_client()
    token = _exchange(client, request)
    claims = token.get("userinfo")
    if not claims:
        raise PscRefusedError("signature")
    if claims.get("acr") not in _LEVELS:
        raise PscRefusedError("acr")
    try:
        person = client.userinfo(token=token)
    except (RequestException, OAuthError, ValueError) as error:
        raise PscRefusedError("away") from error
    if person.get("sub") != claims["sub"]:  # OpenID Connect Core §5.3.2
        raise PscRefusedError("person")
    authenticated_at = claims.get("auth_time")
    return Vouched(
        _read_rpps(person),
        str(token["id_token"]),
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        over_there=str(claims.get("sid", "")),
        authenticated_at=authenticated_at if isinstance(authenticated_at, int) else None,
    )


def make_farewell(id_token: str, *, back_to: str) -> str:
    """Return where a browser closes its session over there, or nothing when that is not offered.

    OpenID Connect RP-Initiated Logout 1.0 §2.
    """
    try:
        endpoint = make_client().load_server_metadata().get("end_session_endpoint", "")
    except (RequestException, ValueError):
        return ""
    said = urlencode({"id_token_hint": id_token, "post_logout_redirect_uri": back_to})
    return f"{endpoint}?{said}" if endpoint else ""


def make_client() -> DjangoOAuth2App:
    """Return the client that speaks to Pro Santé Connect."""
    return _make_client(**settings.PRO_SANTE_CONNECT)


@lru_cache(maxsize=4)
def _make_client(*, configuration: str, client_id: str, client_secret: str) -> DjangoOAuth2App:
    """Make the client once: it remembers the configuration, and asks for keys that it does not know."""
    return OAuth().register(
        "psc",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=configuration,
        client_kwargs={
            "scope": _SCOPE,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_post",
            "default_timeout": _PATIENCE,
        },
    )


def list_algorithms(client: DjangoOAuth2App) -> list[str]:
    """List the signatures that are taken, of those that Pro Santé Connect offers."""
    offered = client.load_server_metadata().get("id_token_signing_alg_values_supported") or ["RS256"]
    return [each for each in offered if each in _ALGORITHMS]


def _exchange(client: DjangoOAuth2App, request: HttpRequest) -> Mapping[str, Any]:
    """Exchange the code for tokens, and weigh the ID token (OpenID Connect Core §3.1.3.7)."""
    try:
        known = client.load_server_metadata()
        known["id_token_signing_alg_values_supported"] = list_algorithms(client)
        expected = {
            "iss": {"essential": True, "value": known["issuer"]},
            "aud": {"essential": True, "value": client.client_id},
        }
        return dict(client.authorize_access_token(request, claims_options=expected, leeway=LEEWAY))
    except (MismatchingStateError, OAuthError, JoseError) as error:
        raise PscRefusedError(_name(error)) from error
    except (RequestException, KeyError, ValueError) as error:
        raise PscRefusedError("away") from error


def _name(error: Exception) -> str:
    """Return the reason of a refusal by Authlib or by Pro Santé Connect itself."""
    if isinstance(error, MismatchingStateError):
        return "state"
    if isinstance(error, OAuthError):
        return {"access_denied": "cancelled", "invalid_grant": "code"}.get(str(error.error), "declined")
    if isinstance(error, ExpiredTokenError):
        return "expired"
    if isinstance(error, InvalidClaimError | MissingClaimError):
        return _CLAIMS.get(str(error.claim), "signature")
    return "signature"


def _read_rpps(person: Mapping[str, Any]) -> str:
    """Return the RPPS number of ``SubjectNameID``, which is a national identifier: « 8 » and the number.

    Raises:
        PscRefusedError: it is missing, or the identity is not one of the RPPS.
    """
    national = str(person.get("SubjectNameID") or "")
    if not national:
        raise PscRefusedError("nobody")
    number = national.removeprefix(_IDNAT_RPPS)
    if len(national) != len(number) + 1 or not is_valid_rpps(number):
        raise PscRefusedError("not_rpps")
    return number
