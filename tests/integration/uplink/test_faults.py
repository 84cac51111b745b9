"""Nothing lost, nothing twice, between a real gateway and a real platform: counted before and after."""

from pathlib import Path

from diaphane.imaging.models import Instance, Reconciliation
from tests.integration.diaphane_edge.edge import uid_of, wait_until

from .conftest import Site


def assert_all_there_once(site: Site, paths: list[Path]) -> None:
    """Compare the two ends: what the modality had acknowledged, what the platform holds."""
    site.wait_for_all(paths)
    assert site.count_held(paths) == len(paths)
    assert Instance.objects.count() == len(paths)
    assert site.count_files() == len(paths)
    assert not Reconciliation.objects.exists()
    wait_until(site.edge.has_no_stray_file)  # a file goes just after its acknowledgement


def test_a_link_cut_in_the_middle_of_a_body_is_taken_up_again(site: Site) -> None:
    paths = site.make_images(30)
    site.link.cut_after(60_000)
    site.send(paths)
    wait_until(lambda: site.link.is_cut)
    assert site.count_held(paths) < len(paths)
    wait_until(lambda: sum(site.edge.states(paths).values()) == len(paths))
    site.link.restore()
    assert_all_there_once(site, paths)


def test_a_link_cut_again_and_again_lets_everything_pass_in_the_end(site: Site) -> None:
    paths = site.make_images(40)
    site.send(paths)
    for size in (20_000, 50_000, 90_000):
        site.link.cut_after(size)
        wait_until(lambda: site.link.is_cut or site.edge.states(paths) == {"acknowledged": 40})
        site.link.restore()
    assert_all_there_once(site, paths)


def test_a_platform_restarted_in_the_middle_gets_the_rest(site: Site) -> None:
    paths = site.make_images(40)
    before = site.link.carried_up
    site.send(paths)
    wait_until(lambda: site.link.carried_up > before + 30_000)
    site.stop_platform()
    site.start_platform()
    assert_all_there_once(site, paths)


def test_a_platform_that_cannot_store_is_asked_again_until_it_can(site: Site) -> None:
    objects = site.data / "objects"
    objects.write_text("a file where the folder should be: nothing can be stored")
    paths = site.make_images(5)
    site.send(paths)
    wait_until(lambda: any(event["event"] == "platform_failed" for event in site.edge.events()))
    assert site.count_held(paths) == 0
    assert site.edge.states(paths).get("acknowledged", 0) == 0
    objects.unlink()
    assert_all_there_once(site, paths)


def test_a_gateway_killed_in_the_middle_sends_the_rest_and_nothing_twice(site: Site) -> None:
    paths = site.make_images(40)
    before = site.link.carried_up
    site.send(paths)
    wait_until(lambda: site.link.carried_up > before + 30_000)
    site.edge.kill()
    site.edge.start()
    assert_all_there_once(site, paths)


def test_a_file_that_the_disk_alters_never_leaves_and_can_be_sent_anew(site: Site) -> None:
    paths = site.make_images(6)
    site.link.cut()
    site.send(paths)
    wait_until(lambda: site.edge.states(paths) == {"compressed": 6})
    site.edge.kill()
    for path in site.edge.files()[:2]:
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
    site.link.restore()
    site.edge.start()
    wait_until(lambda: site.edge.states(paths) == {"acknowledged": 4, "set_aside": 2})
    assert site.count_held(paths) == 4
    damaged = [path for path in paths if site.edge.reasons(path) == ["file_damaged"]]
    assert len(damaged) == 2
    site.send(damaged)
    assert_all_there_once(site, paths)
    assert {uid_of(path) for path in damaged} <= set(
        Instance.objects.values_list("sop_instance_uid", flat=True)
    )
