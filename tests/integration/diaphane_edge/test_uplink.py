"""Nothing lost, nothing twice: kills, cuts, refusals."""

from pathlib import Path

import pytest
from pydicom import dcmread

from .edge import Edge, uid_of, wait_until
from .receiver import Receiver
from .synthetic import make_images


def test_after_a_kill_what_was_acknowledged_is_delivered_once(
    edge: Edge, receiver: Receiver, images: list[Path]
) -> None:
    receiver.cut()
    assert edge.storescu(*images).returncode == 0
    edge.kill()
    edge.start()  # The journal follows the files: after a kill, the marks in the files complete it.
    assert sum(edge.states(images).values()) == len(images)
    receiver.connect()
    wait_until(lambda: edge.states(images) == {"acknowledged": 5} and edge.has_no_stray_file())
    assert {receiver.deliveries[uid_of(path)] for path in images} == {1}


def test_a_kill_while_the_platform_answers_loses_nothing(
    edge: Edge, receiver: Receiver, images: list[Path]
) -> None:
    receiver.answers_gate.clear()
    assert edge.storescu(*images).returncode == 0
    wait_until(lambda: uid_of(images[0]) in receiver.objects)
    edge.kill()
    receiver.answers_gate.set()
    edge.start()
    wait_until(lambda: edge.states(images) == {"acknowledged": 5} and edge.has_no_stray_file())
    assert {uid_of(path) for path in images} <= receiver.objects.keys()


def test_kills_at_any_moment_lose_nothing(edge: Edge, receiver: Receiver, tmp_path: Path) -> None:
    acknowledged: list[Path] = []
    for round_ in range(3):
        for path in make_images(tmp_path / f"round{round_}", count=4):
            if edge.storescu(path).returncode == 0:
                acknowledged.append(path)
        edge.kill()
        edge.start()
    assert len(acknowledged) == 12
    wait_until(lambda: edge.states(acknowledged) == {"acknowledged": 12} and edge.has_no_stray_file())
    assert {uid_of(path) for path in acknowledged} <= receiver.objects.keys()


def test_a_cut_link_delays_and_loses_nothing(edge: Edge, receiver: Receiver, images: list[Path]) -> None:
    receiver.cut()
    assert edge.storescu(*images).returncode == 0
    wait_until(lambda: edge.states(images) == {"compressed": 5})
    wait_until(lambda: any(event["event"] == "platform_failed" for event in edge.events()))
    receiver.connect()
    wait_until(lambda: edge.states(images) == {"acknowledged": 5})
    wait_until(lambda: receiver.statuses and receiver.statuses[-1]["last_error"] is None)


@pytest.mark.parametrize("http_status", [401, 500, 503])
def test_a_platform_in_trouble_delays_and_loses_nothing(
    edge: Edge, receiver: Receiver, images: list[Path], http_status: int
) -> None:
    receiver.http_status = http_status
    assert edge.storescu(*images).returncode == 0
    wait_until(lambda: edge.states(images) == {"compressed": 5})
    receiver.http_status = None
    wait_until(lambda: edge.states(images) == {"acknowledged": 5})


def test_a_refused_object_is_set_aside_and_the_others_go_on(
    edge: Edge, receiver: Receiver, images: list[Path]
) -> None:
    receiver.refusals[uid_of(images[2])] = 0xA900
    assert edge.storescu(*images).returncode == 0
    wait_until(lambda: edge.states(images) == {"acknowledged": 4, "set_aside": 1})
    assert edge.reasons(images[2]) == ["refused A900"]
    wait_until(edge.has_no_stray_file)


def test_a_refused_object_that_is_sent_again_gets_another_chance(
    edge: Edge, receiver: Receiver, images: list[Path]
) -> None:
    receiver.refusals[uid_of(images[0])] = 0xC000
    assert edge.storescu(images[0]).returncode == 0
    wait_until(lambda: edge.states(images) == {"set_aside": 1})
    receiver.refusals.clear()
    assert edge.storescu(images[0]).returncode == 0
    wait_until(lambda: edge.states(images) == {"acknowledged": 1} and edge.has_no_stray_file())


def test_refused_objects_are_tried_again_on_request(
    edge: Edge, receiver: Receiver, images: list[Path]
) -> None:
    for path in images:
        receiver.refusals[uid_of(path)] = 0x0124
    assert edge.storescu(*images).returncode == 0
    wait_until(lambda: edge.states(images) == {"set_aside": 5})
    receiver.refusals.clear()
    assert "Remis dans la file : " in edge.command("retry")
    wait_until(lambda: edge.states(images) == {"acknowledged": 5} and edge.has_no_stray_file())


def test_a_platform_short_of_resources_is_asked_again(
    edge: Edge, receiver: Receiver, images: list[Path]
) -> None:
    receiver.refusals[uid_of(images[0])] = 0xA700
    assert edge.storescu(images[0]).returncode == 0
    wait_until(lambda: receiver.deliveries[uid_of(images[0])] >= 2)
    receiver.refusals.clear()
    wait_until(lambda: edge.states(images) == {"acknowledged": 1})


def test_a_request_refused_as_a_whole_is_sent_object_by_object_then_set_aside(
    edge: Edge, receiver: Receiver, images: list[Path]
) -> None:
    receiver.http_status = 400
    assert edge.storescu(*images).returncode == 0
    wait_until(lambda: edge.states(images) == {"set_aside": 5})
    wait_until(edge.has_no_stray_file)


def test_the_platform_is_told_what_was_received_and_acknowledged(
    edge: Edge, receiver: Receiver, images: list[Path]
) -> None:
    assert edge.storescu(*images).returncode == 0

    def is_told() -> bool:
        told = receiver.statuses[-1]["studies"] if receiver.statuses else []
        return {"study_instance_uid": study, "received": 5, "acknowledged": 5, "waiting": 0} in told

    study = str(dcmread(images[0]).StudyInstanceUID)
    wait_until(is_told)
    assert receiver.statuses[-1]["ae_title"] == "LISIERE"
    assert receiver.statuses[-1]["queue"]["waiting"] == 0
