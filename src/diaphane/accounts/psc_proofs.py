"""A fresh proof by Pro Santé Connect before what binds: asked for anew, weighed, spent once (R39).

OpenID Connect Core 1.0 §3.1.2.1: ``prompt=login`` and ``max_age=0`` ask the person again, whatever session
they have over there; ``auth_time`` says that it was done after it was asked. What a page then sends is a
random word that the server keeps, bound to one account, for a short while.
"""

import hashlib
import secrets

from django.core.cache import cache

from .codes import Outcome
from .models import User

SERVES = 180
"""Seconds between the confirmation over there and the signature here."""
MARK = "psc:"


def make_proof(user: User) -> str:
    """Return a word that stands once for a person who has just confirmed over there."""
    word = secrets.token_urlsafe(32)
    cache.set(_key(user, word), 1, SERVES)
    return word


def is_proof_open(user: User, word: str) -> bool:
    """Say whether a word still serves, so that a page offers to sign."""
    return bool(word) and cache.get(_key(user, word)) is not None


def spend_proof(*, user: User, answer: str) -> Outcome:
    """Spend a word; a second time, or too late, it is used."""
    return Outcome.RIGHT if cache.delete(_key(user, answer.removeprefix(MARK))) else Outcome.USED


def _key(user: User, word: str) -> str:
    return f"diaphane.psc_proof:{user.pk}:{hashlib.sha256(word.encode()).hexdigest()}"
