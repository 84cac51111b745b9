import base64
import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from diaphane_launcher import frontend
from diaphane_launcher.errors import LauncherError
from diaphane_launcher.frontend import Package, Rule


def package(*rules: Rule, integrity: str = "sha512-none") -> Package:
    return Package("@maker/part", "1.2.3", integrity, rules or (Rule("dist/", "part/"),))


def archive(folder: Path, *members: tuple[str, bytes | None]) -> Path:
    """Write a tarball; a member without content is a symbolic link to /etc/passwd."""
    path = folder / "part.tgz"
    with tarfile.open(path, "w:gz") as opened:
        for name, content in members:
            member = tarfile.TarInfo(name)
            if content is None:
                member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
                opened.addfile(member)
            else:
                member.size = len(content)
                opened.addfile(member, io.BytesIO(content))
    return path


@pytest.mark.parametrize("name", ["package/dist/../../../outside.js", "/package/dist/outside.js"])
def test_a_path_that_leaves_the_folder_is_refused(tmp_path: Path, name: str):
    with pytest.raises(LauncherError, match="chemin interdit"):
        frontend.unpack(archive(tmp_path, (name, b"x")), package(), tmp_path / "inside")
    assert not (tmp_path / "inside").exists()


def test_a_link_is_refused(tmp_path: Path):
    with pytest.raises(LauncherError, match="chemin interdit"):
        frontend.unpack(archive(tmp_path, ("package/dist/a.js", None)), package(), tmp_path / "inside")


def test_an_archive_with_another_hash_is_refused():
    with pytest.raises(LauncherError, match="empreinte différente"):
        frontend.verify(b"something else", package())


def test_an_archive_with_the_locked_hash_is_taken():
    digest = base64.b64encode(hashlib.sha512(b"part").digest()).decode()
    frontend.verify(b"part", package(integrity=f"sha512-{digest}"))


def test_only_the_chosen_files_are_unpacked(tmp_path: Path):
    path = archive(
        tmp_path,
        ("package/dist/app.js", b"app"),
        ("package/dist/app.js.map", b"map"),
        ("package/dist/ort/big.wasm", b"big"),
        ("package/package.json", b"{}"),
        ("package/LICENSE", b"licence"),
    )
    rules = (Rule("dist/", "part/", ("ort/*", "*.map")), Rule("LICENSE", "part/LICENSE"))
    frontend.unpack(path, package(*rules), tmp_path / "out")
    written = {str(file.relative_to(tmp_path / "out")) for file in (tmp_path / "out").rglob("*.*")}
    assert written == {"part/app.js"}
    assert (tmp_path / "out/part/LICENSE").read_bytes() == b"licence"


def test_every_locked_package_has_a_sha512_and_an_exact_version():
    packages = frontend.read_lock()
    assert {entry.name for entry in packages} >= {"htmx.org", "htmx-ext-sse", "@tabler/core", "@ohif/app"}
    for entry in packages:
        assert len(base64.b64decode(entry.integrity.removeprefix("sha512-"))) == 64
        assert all(part.isdigit() for part in entry.version.split("."))


def test_the_archive_is_named_as_npm_names_it():
    assert package().archive == "maker-part-1.2.3.tgz"


def test_the_viewer_comes_without_what_the_design_leaves_out():
    viewer = next(entry for entry in frontend.read_lock() if entry.name == "@ohif/app")
    refused = ("dist/sw.js", "dist/google.js", "dist/init-service-worker.js", "dist/ort/ort.js")
    assert all(rule.place(name) is None for rule in viewer.rules for name in refused)


def test_parts_made_from_another_lock_are_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    lock = tmp_path / "lock.json"
    lock.write_text(json.dumps({"packages": []}))
    monkeypatch.setattr(frontend, "LOCK", lock)
    (tmp_path / "stamp").write_text(frontend.current_stamp())
    assert frontend.is_ready(tmp_path)
    lock.write_text(json.dumps({"packages": [], "changed": True}))
    assert not frontend.is_ready(tmp_path)
