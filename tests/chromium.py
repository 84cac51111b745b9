"""The browser of the tests: Debian's Chromium. Without it they are skipped, except in CI, where they fail."""

import os
import shutil

import pytest
from playwright.sync_api import Browser, Playwright

CHROMIUM = shutil.which("chromium")
_SWITCHES = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)
NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no chromium on this machine"),
]
IN_CHROMIUM = [*NEEDS_CHROMIUM, pytest.mark.django_db(transaction=True)]
"""The marks of tests whose server is a process of its own: it sees what is committed."""


def launch(playwright: Playwright) -> Browser:
    """Start it, without a screen."""
    assert CHROMIUM, "chromium is missing: apt-get install chromium"
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(_SWITCHES))
