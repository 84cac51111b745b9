"""One-click logins exist in the demo and nowhere else: each mode in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live_server import ROOT

SCRIPT = """
import json, django
django.setup()
from django.apps import apps
from django.test import Client
from diaphane.kernel.clock import now
found = {"is_installed": apps.is_installed("diaphane.demo")}
if found["is_installed"]:
    from diaphane.demo.territory import build_territory
    build_territory(at=now())
client = Client(SERVER_NAME="127.0.0.1")
found["tour"] = client.get("/visite/").status_code
found["login"] = client.get("/compte/connexion/").content.decode()
found["get"] = client.get("/visite/connexion/ines-marchal/").status_code
found["code_of_nobody"] = client.get("/visite/code/").status_code
found["unknown"] = client.post("/visite/connexion/nobody/").status_code
entered = client.post("/visite/connexion/ines-marchal/", {"next": "/lecture/"})
found["entered"] = [entered.status_code, entered.headers.get("Location")]
astray = client.post("/visite/connexion/ines-marchal/", {"next": "https://elsewhere.example/"})
found["astray"] = [astray.status_code, astray.headers.get("Location")]
found["code"] = client.get("/visite/code/").content.decode()
found["page"] = client.get("/lecture/").content.decode() if found["is_installed"] else ""
client.post("/visite/connexion/karim-belhadj/")
found["code_of_patient"] = client.get("/visite/code/").status_code
from django.core.mail import send_mail
if found["is_installed"]:
    send_mail("Un résultat attend", "Ouvrez https://diaphane.example/", "a@b.example", ["dr@c.example"])
found["mails"] = client.get("/visite/courriers/").status_code
found["mail"] = client.get("/visite/courriers/").content.decode()
print(json.dumps(found))
"""
CHAIRS = 10


def _visit(mode: str, database_url: str, folder: Path) -> dict[str, object]:
    environment = dict(
        os.environ,
        DIAPHANE_MODE=mode,
        DATABASE_URL=database_url,
        DIAPHANE_DATA=str(folder),
        DIAPHANE_SECRET_KEY="only-for-this-test-0123456789-" * 2,
        DIAPHANE_URL="http://127.0.0.1:8000",
        DIAPHANE_LOG="json",
        DJANGO_SETTINGS_MODULE="diaphane.config.settings",
        PYTHONPATH=str(ROOT / "src"),
    )
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("mode", ["production", "test"])
def test_no_other_mode_knows_the_demo(mode: str, database_url: str, tmp_path: Path) -> None:
    found = _visit(mode, database_url, tmp_path)
    assert found["is_installed"] is False
    for address in ("tour", "mails", "get", "unknown", "code_of_nobody", "code_of_patient"):
        assert found[address] == 404
    assert found["entered"] == [404, None]
    assert "demo-ribbon" not in str(found["login"])


def test_the_demo_opens_every_chair_in_one_click_and_says_that_it_is_one(
    database_url: str, tmp_path: Path
) -> None:
    found = _visit("demo", database_url, tmp_path)
    assert found["is_installed"] is True
    assert found["tour"] == found["mails"] == 200
    for words in ("Un résultat attend", "dr@c.example", 'href="https://diaphane.example/"', "mail"):
        assert words in str(found["mail"])
    assert found["entered"] == [302, "/lecture/"]
    assert found["astray"] == [302, "/"], "a login never leads to another site"
    assert found["get"] == 405, "a link that is only followed logs nobody in"
    assert found["unknown"] == 404
    assert found["code_of_nobody"] == 302
    assert found["code_of_patient"] == 404
    assert sum(each.isdigit() for each in str(found["code"])) >= 6
    for page in ("page", "login"):
        assert "demo-ribbon" in str(found[page])
