"""A gateway and the platform it sends to, shared by the tests of a module: each sends objects of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .edge import Edge, free_port
from .receiver import TOKEN, Receiver
from .synthetic import make_images


@pytest.fixture(scope="module")
def module_receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.cut()


@pytest.fixture(scope="module")
def module_edge(tmp_path_factory: pytest.TempPathFactory, module_receiver: Receiver) -> Iterator[Edge]:
    edge = Edge(tmp_path_factory.mktemp("edge"), platform_url=module_receiver.url, token=TOKEN)
    yield edge
    edge.stop()
    assert "Traceback" not in edge.log.read_text()
    assert "step_failed" not in edge.log.read_text()


@pytest.fixture
def receiver(module_receiver: Receiver) -> Iterator[Receiver]:
    module_receiver.behave()
    yield module_receiver
    module_receiver.behave()
    assert module_receiver.problems == []


@pytest.fixture
def edge(module_edge: Edge, receiver: Receiver) -> Edge:
    module_edge.ensure_running()
    return module_edge


@pytest.fixture
def images(tmp_path: Path) -> list[Path]:
    """Five slices of a synthetic series, as files."""
    return make_images(tmp_path / "images", count=5)


@pytest.fixture(scope="module")
def watched(
    tmp_path_factory: pytest.TempPathFactory, module_receiver: Receiver
) -> Iterator[tuple[Edge, int]]:
    """A gateway that serves its state, and the port where it does."""
    port = free_port()
    folder = tmp_path_factory.mktemp("watched")
    with Edge(folder, platform_url=module_receiver.url, token=TOKEN, status_port=port) as edge:
        yield edge, port
