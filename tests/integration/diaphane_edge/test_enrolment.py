"""A gateway becomes known by a one-time code, keeps its credential for itself, and renews it."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .edge import ENVIRONMENT, Edge, free_port, wait_until
from .receiver import CODE, TOKEN, Receiver


@pytest.fixture
def platform() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.cut()


@pytest.fixture
def stranger(tmp_path: Path, platform: Receiver) -> Iterator[Edge]:
    """A gateway that has no token."""
    edge = Edge(tmp_path, platform_url=platform.url, token="")
    yield edge
    edge.stop()


def run(edge: Edge, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "diaphane_edge", *arguments, "--config", str(edge.config)]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False)


def enrol(edge: Edge, code: str = CODE) -> subprocess.CompletedProcess[str]:
    return run(edge, "enrol", "--code", code)


def file_of(edge: Edge) -> Path:
    return edge.folder / "spool" / "credentials.json"


def token_of(edge: Edge) -> str:
    return str(json.loads(file_of(edge).read_text())["token"])


def test_a_gateway_that_is_not_enrolled_does_not_start_and_says_what_to_do(stranger: Edge) -> None:
    done = run(stranger, "run")
    assert done.returncode == 1
    assert "n’est pas enrôlée" in done.stderr


def test_a_code_goes_with_enrol_alone(stranger: Edge) -> None:
    assert run(stranger, "enrol").returncode == 2
    assert run(stranger, "run", "--code", CODE).returncode == 2


def test_a_refused_code_is_told_in_the_words_of_the_platform(stranger: Edge) -> None:
    done = enrol(stranger, "WRONG")
    assert done.returncode == 1
    assert done.stderr.strip() == "diaphane-edge : Ce code a déjà servi."
    assert not file_of(stranger).exists()


def test_without_the_link_enrolment_says_so(stranger: Edge, platform: Receiver) -> None:
    platform.cut()
    done = enrol(stranger)
    assert done.returncode == 1
    assert done.stderr == (
        f"diaphane-edge : « platform_url » : {platform.url}, la plateforme ne répond pas (ConnectError) ;"
        " vérifiez l’adresse, et que cette machine atteint Internet.\n"
    )


def test_an_enrolled_gateway_works_and_its_credential_is_its_own(stranger: Edge, platform: Receiver) -> None:
    assert enrol(stranger).returncode == 0
    assert stat.S_IMODE(file_of(stranger).stat().st_mode) == 0o600
    assert token_of(stranger) not in enrol(stranger).stdout
    with stranger:
        wait_until(lambda: platform.statuses)
    assert token_of(stranger) not in stranger.log.read_text()


def test_a_credential_that_others_may_read_is_not_used(stranger: Edge) -> None:
    enrol(stranger)
    file_of(stranger).chmod(0o644)
    assert "peut être lu par d’autres ; écrivez « chmod 600" in run(stranger, "run").stderr


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"token": "t", "expires_at": "x", "renew_at": "x"}'])
def test_a_damaged_credential_is_told_in_one_line(stranger: Edge, content: str) -> None:
    enrol(stranger)
    file_of(stranger).write_text(content)
    done = run(stranger, "run")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_a_credential_is_renewed_by_itself_and_the_new_one_used(stranger: Edge, platform: Receiver) -> None:
    platform.renew_in_seconds = 0
    enrol(stranger)
    first = token_of(stranger)
    with stranger:
        wait_until(lambda: token_of(stranger) != first)
        platform.tokens.discard(first)
        seen = platform.not_modified
        wait_until(lambda: platform.not_modified > seen + 2)
    assert stat.S_IMODE(file_of(stranger).stat().st_mode) == 0o600


def test_a_renewal_whose_answer_is_lost_is_asked_again(stranger: Edge, platform: Receiver) -> None:
    platform.renew_in_seconds = 0
    enrol(stranger)
    first = token_of(stranger)
    platform.renew_in_seconds, platform.lost_credentials = 3600, 1
    with stranger:
        wait_until(lambda: token_of(stranger) != first)
    assert platform.lost_credentials == 0


def test_a_gateway_that_is_killed_while_it_renews_loses_nothing(stranger: Edge, platform: Receiver) -> None:
    platform.renew_in_seconds = 0
    enrol(stranger)
    for _time in range(5):
        stranger.start()
        seen = len(platform.tokens)
        wait_until(lambda seen=seen: len(platform.tokens) > seen)
        stranger.kill()
    assert token_of(stranger) in platform.tokens
    platform.renew_in_seconds = 3600
    with stranger:
        wait_until(lambda: platform.statuses and platform.statuses[-1]["last_error"] is None)


def test_a_gateway_that_was_shut_out_works_again_once_enrolled_anew(
    stranger: Edge, platform: Receiver
) -> None:
    enrol(stranger)
    with stranger:
        wait_until(lambda: platform.statuses)
        platform.tokens = {TOKEN}
        wait_until(lambda: any(event.get("trouble") == "stranger" for event in stranger.events()))
        seen = len(platform.statuses)
        assert enrol(stranger).returncode == 0
        wait_until(lambda: len(platform.statuses) > seen)


def remove(path: Path) -> None:
    path.unlink()


def open_to_others(path: Path) -> None:
    path.chmod(0o644)
    os.utime(path, (1, 1))


def damage(path: Path) -> None:
    path.write_text("{")


@pytest.mark.parametrize("harm", [remove, open_to_others, damage])
def test_a_gateway_whose_credential_file_is_lost_goes_on_and_writes_it_when_it_is_renewed(
    stranger: Edge, platform: Receiver, images: list[Path], harm: Callable[[Path], None]
) -> None:
    enrol(stranger)
    edge = Edge(stranger.folder, platform_url=platform.url, token="", status_port=free_port())
    with edge:
        wait_until(lambda: platform.statuses)
        harm(file_of(edge))
        wait_until(lambda: platform.statuses[-1]["credential"]["is_file_lost"])
        assert "continue de mémoire" in edge.status()
        assert edge.storescu(*images).returncode == 0
        wait_until(lambda: len(platform.objects) == len(images))
        assert enrol(edge).returncode == 0
        wait_until(lambda: not platform.statuses[-1]["credential"]["is_file_lost"])
    assert "step_failed" not in edge.log.read_text()
    lost = [each for each in edge.events() if each["event"] == "credential_file_lost"]
    assert len(lost) == 1


def test_a_token_given_by_hand_says_that_it_is_not_renewed(tmp_path: Path, platform: Receiver) -> None:
    with Edge(tmp_path, platform_url=platform.url, token=TOKEN) as edge:
        wait_until(lambda: platform.statuses)
        assert platform.statuses[-1]["credential"]["is_by_hand"]
        assert "jeton donné à la main : ne se renouvelle pas" in edge.status()
