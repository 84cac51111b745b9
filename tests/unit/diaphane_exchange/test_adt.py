"""Take an ADT message apart: names, places, dates, separators; nothing but a refusal comes of nonsense."""

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaphane_exchange.hl7v2.adt import Adt, read_adt
from diaphane_exchange.hl7v2.message import read_instant
from diaphane_exchange.hl7v2.profile import load_profile
from diaphane_exchange.hl7v2.refusals import Reason, RefusedMessageError

HEAD = r"MSH|^~\&|SIH|LISIERE|D|D|20261126101500+0100||ADT^A08^ADT_A01|M1|P|2.5|||||FRA|UNICODE UTF-8"


def read(pid: str, head: str = HEAD) -> Adt:
    return read_adt(f"{head}\rPID|{pid}\r".encode(), load_profile())


def test_names_are_read_by_their_type_and_not_by_their_place() -> None:
    person = read("||1^^^A^PI||ROY^Zoé^^^^^D~LÉVÊQUE^Zoé^Zoé Anne^^^^L||19540317|F").person
    assert (person.birth_name, person.used_name, person.first_names) == ("LÉVÊQUE", "ROY", "Zoé Anne")


def test_a_given_name_that_is_not_in_the_list_goes_before_it() -> None:
    assert read("||1^^^A^PI||ROY^Zoé^Anne,Ida^^^^L||19540317|F").person.first_names == "Zoé Anne Ida"


def test_escapes_are_undone_and_other_separators_heard() -> None:
    assert read(r"||1^^^A^PI||L\T\ROY^Zoé^^^^^L||19540317|F").person.birth_name == "L&ROY"
    head = HEAD.replace("|", "#").replace("^", "$")
    other = read_adt(f"{head}\rPID###1$$$A$PI##ROY|S$Zoé$$$$$L##19540317#F\r".encode(), load_profile())
    assert other.person.birth_name == "ROY|S"


def test_numbers_keep_who_gave_them() -> None:
    first, second = read("||1^^^A&1.2.3&ISO^PI~2^^^&4.5&ISO^INS||ROY^Zoé||19540317").person.identifiers
    assert (first.value, first.namespace, first.oid, first.kind) == ("1", "A", "1.2.3", "PI")
    assert second.is_from("4.5")
    assert not first.is_from("4.5")


def test_the_place_of_birth_is_the_repetition_of_type_bdl() -> None:
    place = "1 rue^^Ville^^75001^FRA^H^^99999~^^^^^^BDL^^63220"
    assert read(f"||1^^^A^PI||ROY^Zoé||19540317|F|||{place}").person.birth_place_code == "63220"


@pytest.mark.parametrize("born", ["1954", "195403", "19541340", "19540300", "5403170", "17/03/1954"])
def test_a_date_that_is_not_whole_is_refused(born: str) -> None:
    with pytest.raises(RefusedMessageError) as refused:
        read(f"||1^^^A^PI||ROY^Zoé||{born}|F")
    assert (refused.value.fault.reason, refused.value.fault.location) == (Reason.NOT_A_DATE, "PID^1^7")


def test_an_instant_keeps_its_zone_and_nonsense_is_none() -> None:
    assert read_instant("20261126101500+0100") == datetime.fromisoformat("2026-11-26T10:15:00+01:00")
    assert read_instant("20261126") == datetime(2026, 11, 26)  # noqa: DTZ001 - said without a zone
    assert read_instant("hier") is read_instant("") is read_instant("20261399") is None
    assert read("||1^^^A^PI||ROY^Zoé||19540317000000|F").person.birth_date == date(1954, 3, 17)


@given(st.binary(max_size=400), st.text(max_size=200))
def test_nonsense_is_refused_and_nothing_else(start: bytes, rest: str) -> None:
    for content in (
        start,
        HEAD.encode() + b"\rPID" + start,
        f"{HEAD}\rPID|{rest}\r".encode("utf-8", "replace"),
    ):
        with suppress(RefusedMessageError):
            read_adt(content, load_profile())
