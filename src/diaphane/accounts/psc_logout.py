"""Pro Santé Connect says that somebody logged out over there: their sessions here end at once (R39, R46).

OpenID Connect Back-Channel Logout 1.0. The logout token comes from a server, without any cookie: what it says
is believed only once its signature and every claim of §2.6 were weighed, and each token serves once.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from authlib.integrations.django_client import DjangoOAuth2App
from django.core.cache import cache
from django.db import transaction
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from requests.exceptions import RequestException

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import SYSTEM

from .connections import end_sessions
from .models import PscLogin
from .pro_sante_connect import LEEWAY, list_algorithms, make_client
from .psc_refusals import LogoutRefusedError

EVENT = "http://schemas.openid.net/event/backchannel-logout"
FRESH_WITHIN = 300
"""Seconds after which a logout token is too old, whatever it says of its own end."""


def end_by_logout_token(token: str, *, at: datetime) -> int:
    """End the sessions that a logout token names; return how many.

    Raises:
        LogoutRefusedError: it is forged, old, replayed, meant for another, or names nobody.
    """
    client = make_client()
    claims = _read(client, token)
    known = client.load_server_metadata()
    _weigh(claims, issuer=known["issuer"], audience=client.client_id, at=at)
    if not cache.add(f"diaphane.psc_logout:{claims['jti']}", 1, FRESH_WITHIN + 2 * LEEWAY):
        raise LogoutRefusedError("replayed")
    found = PscLogin.objects.filter(issuer=known["issuer"])
    for claim, field in (("sid", "over_there"), ("sub", "subject")):
        if claims.get(claim):
            found = found.filter(**{field: claims[claim]})
    return _end(list(found.select_related("user")), at)


def _end(logins: list[PscLogin], at: datetime) -> int:
    with transaction.atomic():
        for each in logins:
            end_sessions(user=each.user, session_keys={each.session_key}, by=SYSTEM, at=at)
            record("session.ended_by_psc", by=SYSTEM, at=at, subject=Subject("account", each.user_id))
        PscLogin.objects.filter(pk__in=[each.pk for each in logins]).delete()
    return len(logins)


def _read(client: DjangoOAuth2App, token: str) -> Mapping[str, Any]:
    """Return the claims of a token that Pro Santé Connect signed, by a key asked again when it is new."""
    registry = JWSRegistry(algorithms=list_algorithms(client), strict_check_header=False)
    try:
        try:
            keys = KeySet.import_key_set(client.fetch_jwk_set())
            return dict(jwt.decode(token, key=keys, registry=registry).claims)
        except InvalidKeyIdError:
            keys = KeySet.import_key_set(client.fetch_jwk_set(force=True))
            return dict(jwt.decode(token, key=keys, registry=registry).claims)
    except RequestException as error:
        raise LogoutRefusedError("away") from error
    except (JoseError, ValueError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise LogoutRefusedError("signature") from error


def _weigh(claims: Mapping[str, Any], *, issuer: str, audience: str, at: datetime) -> None:
    """Weigh the claims one by one (§2.4, §2.6); the first that does not hold is the reason."""
    now, issued, ends = at.timestamp(), claims.get("iat"), claims.get("exp")
    audiences = claims.get("aud")
    events = claims.get("events")
    checks = (
        ("issuer", claims.get("iss") == issuer),
        ("audience", audience in (audiences if isinstance(audiences, list) else [audiences])),
        ("age", _is_number(issued) and -LEEWAY <= now - float(issued or 0) <= FRESH_WITHIN),
        ("age", ends is None or (_is_number(ends) and now <= float(ends) + LEEWAY)),
        ("event", isinstance(events, dict) and isinstance(events.get(EVENT), dict)),
        ("nonce", "nonce" not in claims),
        ("nobody", _is_word(claims.get("sub")) or _is_word(claims.get("sid"))),
        ("jti", _is_word(claims.get("jti"))),
    )
    for reason, holds in checks:
        if not holds:
            raise LogoutRefusedError(reason)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_word(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 255
