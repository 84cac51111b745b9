"""Visit pages with rights and trail, and without, and print the seconds as JSON.

Run in a process of its own, with the platform's settings:
``python -m bench.guarded_pages STUDIES ROUNDS VISITS``.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from http.cookies import SimpleCookie
from typing import Any
from unittest.mock import patch

import django

from diaphane.kernel.identifiers import uuid7

from .filling import fill, open_session, people_by_place

PAGES = {
    "imageur: waiting list": ("imageur@haute_lisiere", "/lecture/"),
    "imageur: an act": ("imageur@haute_lisiere", "/lecture/{act}/"),
    "imageur: films of an act": ("imageur@haute_lisiere", "/films/{act}/"),
    "imageur: 50 studies (QIDO-RS)": ("imageur@haute_lisiere", "/dicomweb/studies?limit=50"),
    "physician: requests": ("requesting_physician@saint_aubin", "/demandes/"),
    "physician: a request": ("requesting_physician@saint_aubin", "/demandes/{act}/"),
    "technologist: the day's board": ("technologist@saint_aubin", "/manipulation/"),
    "technologist: an exam": ("technologist@saint_aubin", "/manipulation/{act}/"),
}
"""Who looks at what; an act is one of the territory's, with its request, its messages and its exam."""
LISTED = 40


@contextmanager
def taken_away() -> Iterator[None]:
    """Let every row through and write nothing in the trail."""
    from django.apps import apps

    from diaphane.audit.models import Entry
    from diaphane.imaging.models import StudyQuerySet

    filtered = {type(model._default_manager.all()) for model in apps.get_models()}
    with ExitStack() as stack:
        for each in (each for each in filtered if hasattr(each, "visible_to")):
            stack.enter_context(patch.object(each, "visible_to", _letting_through(each.visible_to)))
        whole = patch.object(StudyQuerySet, "split_visible_to", lambda rows, _actor: [rows.all()])
        stack.enter_context(whole)
        stack.enter_context(patch.object(Entry, "save", lambda *_self, **_how: None))
        stack.enter_context(patch.object(Entry.objects, "bulk_create", lambda rows, **_how: rows))
        yield


def _letting_through(visible_to: Callable[..., Any]) -> Callable[..., Any]:
    """Return the same without its condition: what it fetches beside the rows, it still does."""

    def let_through(rows: Any, actor: Any) -> Any:
        found = visible_to(rows, actor)
        found.query.where = rows.query.where.clone()
        return found

    return let_through


def fill_lists() -> None:
    """Give acts of the archive a request and an exam like the territory's: lists as long as on a full day."""
    from diaphane.acquisition.models import Exam
    from diaphane.acts.models import Act
    from diaphane.requests.models import ExamRequest

    with_request = ExamRequest.objects.values("act_id")
    acts = list(Act.objects.exclude(pk__in=with_request).order_by("pk")[:LISTED].values_list("pk", flat=True))
    for rows in (Exam.objects.all(), ExamRequest.objects.filter(state="submitted")):
        model, like = rows.model, rows.values()[0]
        copies = [model(**{**like, "id": uuid7(), "act_id": act_id}) for act_id in acts]
        model._default_manager.bulk_create(copies)


def visit(acts: Sequence[str], rounds: int, visits: int) -> dict[str, dict[str, list[float]]]:
    """Visit each page both ways in turn; the first round warms up.

    Raises:
        AssertionError: a page does not answer.
    """
    from diaphane.imaging import pages

    seconds: dict[str, dict[str, list[float]]] = {page: {"bare": [], "guarded": []} for page in PAGES}
    for number in range(-1, rounds):
        for way in ("bare", "guarded"):
            pages._write_page.cache_clear()  # it keeps statements with the rights in them
            with taken_away() if way == "bare" else nullcontext():
                for page, (who, path) in PAGES.items():
                    took = _visit(who, [path.format(act=act) for act in acts], visits)
                    seconds[page][way] += took if number >= 0 else []
    return seconds


def _visit(who: str, paths: Sequence[str], visits: int) -> list[float]:
    from django.test import Client

    client = Client(HTTP_HOST="127.0.0.1")
    client.cookies = SimpleCookie(open_session(people_by_place()[who]))
    seconds = []
    for number in range(visits):
        start = time.perf_counter()
        answer = client.get(paths[number % len(paths)])
        seconds.append(time.perf_counter() - start)
        assert answer.status_code == 200, (paths[0], answer.status_code)  # noqa: S101
    return seconds


def _list_acts() -> list[str]:
    """List the acts whose exam every one of the three may open."""
    from diaphane.acquisition.models import Exam

    return [str(each.act_id) for each in Exam.objects.order_by("pk")]


def main() -> None:
    """Fill, visit, print."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "diaphane.config.settings"
    django.setup()
    studies, rounds, visits = map(int, sys.argv[1:])
    acts = _list_acts()
    fill(studies)
    fill_lists()
    print(json.dumps(visit(acts, rounds, visits)))


if __name__ == "__main__":
    main()
