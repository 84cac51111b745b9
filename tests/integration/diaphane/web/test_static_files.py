"""Static files come whole, with their type and their validator, before any login."""

from django.test import Client

ADDRESS = "/static/diaphane/tokens.css"


def test_a_file_is_served_whole_to_anyone() -> None:
    response = Client().get(ADDRESS)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/css")
    assert not response.streaming
    assert int(response["Content-Length"]) == len(response.content) > 0


def test_a_file_that_has_not_changed_is_not_sent_again() -> None:
    first = Client().get(ADDRESS)
    again = Client().get(ADDRESS, headers={"If-Modified-Since": first["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_headers_alone_may_be_asked() -> None:
    response = Client().head(ADDRESS)
    assert (response.status_code, response.content) == (200, b"")


def test_there_is_no_other_file() -> None:
    assert Client().get("/static/../diaphane/config/settings.py").status_code in (302, 404)
