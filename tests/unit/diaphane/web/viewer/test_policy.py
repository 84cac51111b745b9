"""The published page moves below our path; only its own inline scripts run."""

import base64
import hashlib
from pathlib import Path

import pytest

from diaphane.web.viewer.configuration import write_configuration
from diaphane.web.viewer.parts import (
    ViewerAbsentError,
    get_media_type,
    is_immutable,
    list_parts,
    read_index,
    read_part,
)
from diaphane.web.viewer.policy import WORKER_POLICY, make_policy, rewrite_index

PUBLISHED = (
    '<html lang="en"><head><script>window.PUBLIC_URL="/"</script><link rel="manifest" href="/manifest.json">'
    '<link rel="apple-touch-icon" href="/assets/a.png"><link rel="icon" href="/assets/favicon.ico">'
    '<script rel="preload" as="script" type="module" src="/init-service-worker.js"></script>'
    '<title>OHIF Viewer</title><script defer src="/app.js"></script></head><body></body></html>'
)


def test_the_page_lives_below_our_path() -> None:
    page = rewrite_index(PUBLISHED, language="fr", title="Images", style="/static/o.css")
    assert page == (
        '<html lang="fr"><head><script>window.PUBLIC_URL="/viewer/"</script>'
        '<link rel="icon" href="/viewer/assets/favicon.ico">'
        '<title>Images</title><script defer src="/viewer/app.js"></script></head>'
        '<body><link rel="stylesheet" href="/static/o.css"></body></html>'
    )


def test_inline_scripts_run_by_their_hash_only() -> None:
    page = rewrite_index(PUBLISHED, language="fr", title="Images", style="/static/o.css")
    digest = base64.b64encode(hashlib.sha256(b'window.PUBLIC_URL="/viewer/"').digest()).decode()
    policy = make_policy(page)
    assert f"script-src 'self' 'wasm-unsafe-eval' 'sha256-{digest}';" in policy
    assert "unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
    assert "connect-src 'self' blob: data:" in policy


def test_no_policy_lets_anything_out() -> None:
    for policy in (make_policy(PUBLISHED), WORKER_POLICY):
        assert policy.startswith("default-src 'none'")
        assert "http" not in policy
        assert "*" not in policy


def test_the_configuration_names_no_address_but_ours() -> None:
    script = write_configuration(marks=True)
    assert "://" not in script
    assert '"showStudyList": false' in script
    assert '"option": "never"' in script


def test_a_missing_viewer_is_said(tmp_path: Path) -> None:
    with pytest.raises(ViewerAbsentError):
        read_index(tmp_path)


def test_only_the_files_in_use_are_listed(tmp_path: Path) -> None:
    for name in ("app.js", "app.js.map", "sw.js", "google.js", "index.html", "assets/a.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert sorted(list_parts(tmp_path)) == ["app.js", "assets/a.png"]


def test_scripts_and_styles_learn_where_they_live(tmp_path: Path) -> None:
    script, style = tmp_path / "a.js", tmp_path / "a.css"
    script.write_text('__webpack_require__.p = "/";')
    style.write_text("src:url(/font.woff2)")
    assert read_part(script) == b'__webpack_require__.p = "/viewer/";'
    assert read_part(style) == b"src:url(/viewer/font.woff2)"


@pytest.mark.parametrize(
    ("name", "media_type", "is_forever"),
    [
        ("0ddf166f7a343eda.wasm", "application/wasm", True),
        ("app.bundle.0f6159c501addfe9.js", "text/javascript", True),
        ("app.bundle.css", "text/css", False),
    ],
)
def test_files_have_their_type_and_life(name: str, media_type: str, is_forever: bool) -> None:
    assert (get_media_type(Path(name)), is_immutable(name)) == (media_type, is_forever)
