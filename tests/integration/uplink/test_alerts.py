"""A cut link calls a person at both ends, and is over by itself."""

from datetime import timedelta

from django.test import Client
from pydicom import dcmread

from diaphane.imaging.models import Gateway, GatewayAlert
from diaphane.imaging.watching import SILENT_AFTER, watch_gateways
from diaphane.kernel.clock import now
from diaphane_dicom.identifiers import new_uid
from tests.browsing import open_session
from tests.integration.diaphane.web.technologist.pages import page, text_of
from tests.integration.diaphane_edge.edge import wait_until
from tests.scenes import Territory

from .conftest import Site

Kind = GatewayAlert.Kind


def list_pending() -> list[str]:
    return list(GatewayAlert.objects.pending().values_list("kind", flat=True))


def board(client: Client) -> str:
    return text_of(client.get(page("board_live")))  # type: ignore[arg-type]


def test_a_gateway_behind_a_cut_link_is_told_of_until_it_is_heard_again(
    site: Site, territory: Territory
) -> None:
    technologist = open_session(territory.technologist)
    wait_until(Gateway.objects.exists)
    site.link.cut()
    paths = site.make_images(3)
    site.send(paths)
    wait_until(lambda: "La plateforme ne répond pas depuis" in site.edge.status())
    watch_gateways(at=now() + SILENT_AFTER)
    assert list_pending() == [Kind.SILENT]
    assert "La passerelle LISIERE ne donne plus de nouvelles" in board(technologist)
    site.link.restore()
    site.wait_for_all(paths)
    wait_until(lambda: list_pending() == [])
    wait_until(lambda: "LISIERE" not in board(technologist))
    assert site.count_held(paths) == 3


def test_a_platform_that_comes_back_after_a_stop_does_not_call_what_was_its_own_silence_an_alert(
    site: Site,
) -> None:
    wait_until(Gateway.objects.exists)
    site.stop_platform()
    Gateway.objects.update(reported_at=now() - timedelta(hours=1))
    site.start_platform()
    wait_until(lambda: Gateway.objects.get().reported_at > now() - timedelta(minutes=1))
    watch_gateways(at=now())
    assert list_pending() == []


def test_what_a_gateway_sets_aside_is_told_to_its_site(site: Site, territory: Territory) -> None:
    paths = site.make_images(1)
    site.send(paths)
    site.wait_for_all(paths)
    short = dcmread(paths[0])
    short.SOPInstanceUID = short.file_meta.MediaStorageSOPInstanceUID = new_uid()
    short.PixelData = short.PixelData[:64]  # less than it says: the platform does not take it
    short.save_as(site.edge.folder / "short.dcm", enforce_file_format=True)
    assert site.edge.storescu(site.edge.folder / "short.dcm").returncode == 0
    wait_until(lambda: list_pending() == [Kind.SET_ASIDE])
    assert "1 image est mise de côté" in board(open_session(territory.technologist))
