import socket

import pytest

from diaphane_launcher.errors import LauncherError
from diaphane_launcher.ports import require_free


@pytest.mark.enable_socket
def test_a_taken_port_is_refused_and_names_the_option_that_changes_it():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LauncherError, match=f"Le port {port} est déjà pris .* --dicom-port"):
            require_free(port, "--dicom-port")


@pytest.mark.parametrize("port", [0, -1, 70000])
def test_a_number_that_is_no_port_is_refused(port: int):
    with pytest.raises(LauncherError, match="de 1 à 65535"):
        require_free(port, "--port")


@pytest.mark.enable_socket
def test_a_free_port_is_taken():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    require_free(port, "--port")
