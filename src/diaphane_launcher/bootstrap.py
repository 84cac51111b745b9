"""Prepare the Python environment with the standard library alone, then hand over to it."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from .errors import LauncherError, explain_os_error, explain_tool_failure
from .places import ROOT, alone_in, is_ours, own_folder
from .processes import run_quietly
from .terminal import fail, never_choke_on_accents, step
from .uvwheel import Wheel, download, extract_uv, wheel_for_this_machine

STAMP = ".diaphane-stamp"


def current_stamp(root: Path) -> str:
    """Digest what the environment is made from, and for which checkout."""
    digest = hashlib.sha256(str(root).encode())
    for name in ("uv.lock", "pyproject.toml"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def python_of(venv: Path) -> Path:
    """Return the environment's interpreter."""
    return venv / "bin" / "python"


def is_ready(venv: Path, stamp: str) -> bool:
    """Tell whether this user can run the environment and it is up to date."""
    try:
        return os.access(python_of(venv), os.X_OK) and (venv / STAMP).read_text() == stamp
    except OSError:
        return False


def choose_venv(root: Path, stamp: str) -> Path:
    """Choose the checkout's environment, or this user's own when another user made it."""
    inside = root / ".venv"
    usable = is_ready(inside, stamp) or (
        is_ours(inside) and (not inside.exists() or os.access(python_of(inside), os.X_OK))
    )
    if usable:
        return inside
    return inside if is_ours(inside) else own_folder(root) / "venv"


def make_venv(venv: Path) -> None:
    """Create the environment without pip, so that no distribution package is needed."""
    try:
        import venv as venv_module
    except ImportError as error:
        raise LauncherError("Ce Python n'a pas le module « venv » : installez un Python complet.") from error
    venv_module.EnvBuilder(symlinks=True, with_pip=False).create(venv)


def find_uv(venv: Path, wheel: Wheel) -> Path:
    """Return the pinned uv: the one synced before, or else the locked wheel's, verified."""
    if any(venv.glob(f"lib/python*/site-packages/uv-{wheel.version}.dist-info")):
        return venv / "bin" / "uv"
    program = venv / "bootstrap" / f"uv-{wheel.version}"
    if not program.exists():
        with step(f"uv {wheel.version}, empreinte vérifiée"):
            extract_uv(download(wheel), program)
    return program


def sync(root: Path, venv: Path, uv: Path) -> None:
    """Install exactly what `uv.lock` says."""
    environment = dict(os.environ, UV_PROJECT_ENVIRONMENT=str(venv), UV_PYTHON_DOWNLOADS="never")
    environment.pop("VIRTUAL_ENV", None)
    if "UV_CACHE_DIR" not in environment and not os.access(Path.home(), os.W_OK):
        environment["UV_CACHE_DIR"] = str(own_folder(root) / "uv-cache")
    command = [str(uv), "sync", "--frozen", "--no-progress", "--python", str(python_of(venv))]
    done = run_quietly(command, environment=environment, folder=root)
    if done.code:
        raise LauncherError(explain_tool_failure("Installation des dépendances Python", done.output))


def prepare(root: Path) -> Path:
    """Return the interpreter of an environment that matches the lock, making it if needed."""
    stamp = current_stamp(root)
    venv = choose_venv(root, stamp)
    if not is_ready(venv, stamp):
        with alone_in(venv.parent):
            if not is_ready(venv, stamp):
                install(root, venv)
                (venv / STAMP).write_text(stamp)
    return python_of(venv)


def install(root: Path, venv: Path) -> None:
    """Make the environment and fill it from the lock."""
    if not os.access(python_of(venv), os.X_OK):
        with step("Environnement Python"):
            make_venv(venv)
    uv = find_uv(venv, wheel_for_this_machine(root / "uv.lock"))
    with step("Dépendances Python", hint="la première fois, une à trois minutes"):
        sync(root, venv, uv)
    shutil.rmtree(venv / "bootstrap", ignore_errors=True)  # uv is in the environment now


def main(arguments: list[str]) -> int:
    """Prepare the environment and replace this process by the launcher inside it."""
    never_choke_on_accents()
    try:
        python = prepare(ROOT)
        os.execv(python, [str(python), "-m", "diaphane_launcher", *arguments])  # noqa: S606
    except LauncherError as error:
        fail(str(error))
    except OSError as error:
        fail(explain_os_error(error))
    except KeyboardInterrupt:
        fail("Interrompu.")
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
