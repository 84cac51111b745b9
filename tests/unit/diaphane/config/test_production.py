"""What production refuses to start on."""

import os
import subprocess
import sys

import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.exceptions import ImproperlyConfigured

from diaphane.config import settings as ours
from diaphane.config.production import refuse_unsafe

SECRET = "q7Jw-3xTt0ZlVb9eKc5mNn2hRr8gYy4sUu6aPp1dFf-GiHoXzLk"


@pytest.mark.parametrize(
    ("address", "secret", "reason"),
    [
        ("http://teleimagerie.example", SECRET, "https"),
        ("ftp://teleimagerie.example", SECRET, "address"),
        ("teleimagerie.example", SECRET, "address"),
        ("https://teleimagerie.example", "", "required"),
        ("https://teleimagerie.example", SECRET[:49], "random"),
        ("https://teleimagerie.example", "ab" * 40, "random"),
    ],
)
def test_production_refuses_what_is_not_safe(address: str, secret: str, reason: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=reason):
        refuse_unsafe(base_url=address, secret_key=secret)


@pytest.mark.parametrize("address", ["https://teleimagerie.example", "http://127.0.0.1:8000"])
def test_production_takes_https_or_this_machine_alone(address: str) -> None:
    refuse_unsafe(base_url=address, secret_key=SECRET)


def test_every_reason_is_said_at_once() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"https.*SECRET_KEY"):
        refuse_unsafe(base_url="http://teleimagerie.example", secret_key="")


def test_the_platform_does_not_start_in_production_without_a_secret() -> None:
    ended = _read_setting("SECRET_KEY", DIAPHANE_URL="https://teleimagerie.example", DIAPHANE_SECRET_KEY="")
    assert ended.returncode != 0
    assert "DIAPHANE_SECRET_KEY is required" in ended.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESSION_COOKIE_NAME", "__Host-diaphane_session"),
        ("CSRF_COOKIE_NAME", "__Host-diaphane_csrf"),
        ("SESSION_COOKIE_SECURE", "True"),
        ("CSRF_COOKIE_SECURE", "True"),
        ("LANGUAGE_COOKIE_NAME", "__Host-diaphane_language"),
        ("DEVICE_COOKIE_NAME", "__Host-diaphane_device"),
        ("SECURE_HSTS_SECONDS", "31536000"),
        ("SECURE_HSTS_INCLUDE_SUBDOMAINS", "True"),
    ],
)
def test_https_closes_cookies_and_asks_browsers_to_stay_on_it(name: str, value: str) -> None:
    ended = _read_setting(name, DIAPHANE_URL="https://teleimagerie.example", DIAPHANE_SECRET_KEY=SECRET)
    assert ended.stdout.strip() == value, ended.stderr


def test_passwords_are_kept_by_a_slow_function() -> None:
    assert not hasattr(ours, "PASSWORD_HASHERS")
    assert global_settings.PASSWORD_HASHERS[0].endswith(".PBKDF2PasswordHasher")
    assert PBKDF2PasswordHasher.iterations >= 600_000


def _read_setting(name: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Read one setting in a process of its own, as production would start."""
    command = f"from diaphane.config import settings; print(settings.{name})"
    return subprocess.run(
        [sys.executable, "-c", command],
        env=os.environ | {"DIAPHANE_MODE": "production", "DATABASE_URL": "postgresql:///none"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
