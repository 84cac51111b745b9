"""The suite's own promises: committed tests leave nothing, jobs really run, nothing leaves the machine."""

import socket
from collections.abc import Callable

import pytest
from django.template import Context, Template
from pytest_socket import SocketConnectBlockedError

from diaphane.audit.jobs import seal_audit_trail
from diaphane.audit.models import Entry, Seal
from tests.databases import empty_every_table
from tests.scenes import make_territory, submitted


@pytest.mark.django_db(transaction=True)
def test_committed_rows_are_emptied_past_the_append_only_triggers() -> None:
    submitted(make_territory())
    assert Entry.objects.exists()
    empty_every_table()
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_runs_what_is_queued(run_jobs: Callable[[], int]) -> None:
    submitted(make_territory())
    seal_audit_trail.defer(timestamp=0)
    assert run_jobs() == 1
    assert Seal.objects.count() == Entry.objects.count() > 0


@pytest.mark.django_db
def test_jobs_run_in_place_inside_a_transaction(run_jobs: Callable[[], int]) -> None:
    submitted(make_territory())
    seal_audit_trail.defer(timestamp=0)
    assert run_jobs() == 1
    assert Seal.objects.count() == Entry.objects.count() > 0


def test_the_network_is_out_of_reach() -> None:
    with socket.socket() as outside, pytest.raises((SocketConnectBlockedError, UserWarning)):
        outside.connect(("192.0.2.1", 80))


@pytest.mark.parametrize("text", ["{{ nobody }}", "{{ nobody|upper }}", "{{ nobody.name|upper|default:1 }}"])
def test_an_undefined_template_variable_fails(text: str) -> None:
    with pytest.raises(pytest.fail.Exception):
        Template(text).render(Context())


@pytest.mark.parametrize("text", ["{{ nobody|default:'-' }}", "{% if nobody %}yes{% else %}-{% endif %}"])
def test_an_optional_template_variable_may_be_absent(text: str) -> None:
    assert Template(text).render(Context()) == "-"
