"""What the client accepts decides what it gets (PS3.18 §8.7)."""

import contextlib

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from diaphane.interop.dicomweb.negotiation import (
    NotAcceptableError,
    accepts_json,
    choose_picture,
    choose_transfer_syntax,
    list_accepted,
    parse_media_type,
)

HTJ2K, EXPLICIT = "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.1"
JPEG_LS = "1.2.840.10008.1.2.4.80"


@pytest.mark.parametrize(
    ("asked", "sent"),
    [("", EXPLICIT), ("*", HTJ2K), (HTJ2K, HTJ2K), (EXPLICIT, EXPLICIT), (JPEG_LS, JPEG_LS)],
)
def test_the_transfer_syntax_follows_what_is_asked(asked: str, sent: str) -> None:
    assert choose_transfer_syntax(asked, HTJ2K) == sent


def test_an_encoding_that_is_not_stored_is_not_made() -> None:
    with pytest.raises(NotAcceptableError):
        choose_transfer_syntax("1.2.840.10008.1.2.4.90", HTJ2K)


@pytest.mark.parametrize(
    "text",
    [
        'multipart/related; type="application/octet-stream"; transfer-syntax=*',
        "multipart/related; type=application/octet-stream; transfer-syntax=*",
        'Multipart/Related;TYPE="application/octet-stream";Transfer-Syntax="*"',
    ],
)
def test_media_types_are_read_quoted_or_not(text: str) -> None:
    read = parse_media_type(text)
    assert (read.is_multipart, read.inner, read.transfer_syntax) == (True, "application/octet-stream", "*")


def test_the_preferred_type_comes_first_and_commas_in_quotes_do_not_cut() -> None:
    accept = 'image/png;q=0.5, multipart/related; type="a,b", text/html;q=0.2'
    request = RequestFactory().get("/", headers={"Accept": accept})
    assert [each.inner for each in list_accepted(request)] == ["a,b", "image/png", "text/html"]


def test_what_has_no_weight_is_not_accepted() -> None:
    accept = "image/png;q=0, image/jpeg; q=0.000, text/html;q=nan, application/json;q=2, a/b; q=0.1"
    request = RequestFactory().get("/", headers={"Accept": accept})
    assert [each.inner for each in list_accepted(request)] == ["a/b"]
    assert not accepts_json(request)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('a/b; c="d;e"', "d;e"),
        ('a/b; c="d\\"e"', 'd"e'),
        ('a/b;c="d', "d"),
        ("a/b; c", ""),
        ("a/b;C=d=e", "d=e"),
    ],
)
def test_a_parameter_is_what_its_quotes_hold(text: str, value: str) -> None:
    assert parse_media_type(text).parameters == {"c": value}


@given(
    text=st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                ["a/b", "*/*", ";", ",", '"', "\\", "q=", "0", "1", "nan", "type*0=", "type*=", "=", " "]
            )
        ).map("".join),
    )
)
def test_any_text_is_read_as_what_is_accepted(text: str) -> None:
    request = HttpRequest()
    request.META["HTTP_ACCEPT"] = text
    for each in list_accepted(request):
        assert isinstance(each.inner, str)
    accepts_json(request)
    with contextlib.suppress(NotAcceptableError):
        assert choose_picture(request).startswith("image/")


def test_the_query_wins_over_the_header() -> None:
    request = RequestFactory().get("/?accept=image/png", headers={"Accept": "image/jpeg"})
    assert choose_picture(request) == "image/png"


@pytest.mark.parametrize(
    ("accept", "is_fine"),
    [("*/*", True), ("application/dicom+json", True), ("application/json", True), ("text/html", False)],
)
def test_json_is_given_to_those_who_take_it(accept: str, is_fine: bool) -> None:
    assert accepts_json(RequestFactory().get("/", headers={"Accept": accept})) is is_fine
