"""The French catalogue: what is read from sources, what is kept, what is called incomplete."""

from pathlib import Path

import pytest

from diaphane.web import catalogue

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
title = _("Radiologist")
born = pgettext("birth name", "born")
def count(n): return ngettext("%(n)d image", "%(n)d images", n) % {"n": n}
"""
TEMPLATE = """
<p>{% translate "Hello" %}</p>
    {% blocktranslate with name=x.name %}Sent by {{ name }}{% endblocktranslate %}
  {% sheet title=_("Images") %}{% endsheet %}
{% blocktranslate count n=n %}{{ n }} exam{% plural %}{{ n }} exams{% endblocktranslate %}
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(catalogue, "SOURCE", tmp_path)
    (tmp_path / "web" / "templates").mkdir(parents=True)
    (tmp_path / "web" / "views.py").write_text(PYTHON)
    (tmp_path / "web" / "templates" / "page.html").write_text(TEMPLATE)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.py").write_text('names = [gettext("French")]')
    return tmp_path


def reasons(*apps: str) -> set[tuple[str, str]]:
    return {(fault.reason, fault.words) for fault in catalogue.check(apps)}


def test_messages_are_read_from_python_and_from_templates(source: Path) -> None:
    assert {said.key for said in catalogue.extract_from("web")} == {
        ("Radiologist", ""), ("born", "birth name"), ("%(n)d image", ""), ("Hello", ""),
        ("Sent by %(name)s", ""), ("Images", ""), ("%(n)s exam", ""), ("French", ""),
    }  # fmt: skip


def test_what_has_no_french_is_missing(source: Path) -> None:
    catalogue.update("web", french={"Hello": "Bonjour"})
    found = reasons("web")
    assert ("missing", "Images") in found
    assert ("missing", "Hello") not in found


def test_a_fuzzy_translation_is_missing(source: Path) -> None:
    catalogue.update("web", french={"Hello": "Bonjour"})
    path = catalogue.catalogue_path("web")
    path.write_text(path.read_text().replace('msgid "Hello"', '#, fuzzy\nmsgid "Hello"'))
    assert ("missing", "Hello") in reasons("web")


def test_a_translation_that_lost_its_placeholder_is_missing(source: Path) -> None:
    catalogue.update("web", french={"Sent by %(name)s": "Envoyé"})
    assert ("missing", "Sent by %(name)s") in reasons("web")


def test_a_translation_is_kept_when_its_message_goes_and_comes_back(source: Path) -> None:
    page = source / "web" / "templates" / "page.html"
    catalogue.update("web", french={"Hello": "Bonjour"})
    page.write_text("")
    catalogue.update("web")
    assert ("obsolete", "Hello") in reasons("web")
    page.write_text(TEMPLATE)
    catalogue.update("web")
    assert not {each for each in reasons("web") if each[1] == "Hello"}


def test_pruning_drops_what_no_source_says(source: Path) -> None:
    catalogue.update("web", french={"Hello": "Bonjour"})
    (source / "web" / "templates" / "page.html").write_text("")
    catalogue.update("web", prune=True)
    assert "Bonjour" not in catalogue.catalogue_path("web").read_text()


def test_plurals_and_contexts_are_kept(source: Path) -> None:
    french = {"%(n)d image": ("%(n)d image", "%(n)d images"), "birth name\x04born": "née"}
    catalogue.update("web", french=french)
    catalogue.update("web")
    assert not {"%(n)d image", "born"} & {words for _, words in reasons("web")}


def test_the_same_english_said_in_two_ways_is_a_conflict(source: Path) -> None:
    (source / "acts").mkdir()
    (source / "acts" / "models.py").write_text('x = _("Radiologist")')
    catalogue.update("web", french={"Radiologist": "Radiologue"})
    catalogue.update("acts", french={"Radiologist": "Imageur"})
    assert ("conflict (said otherwise in acts)", "Radiologist") in reasons("acts", "web")


def test_updating_twice_changes_nothing(source: Path) -> None:
    catalogue.update("web", french={"Hello": "Bonjour"})
    before = catalogue.catalogue_path("web").read_text()
    catalogue.update("web")
    assert catalogue.catalogue_path("web").read_text() == before


def test_compiling_writes_what_changed_only(source: Path) -> None:
    catalogue.update("web", french={"Hello": "Bonjour"})
    assert catalogue.compile_all() == 1
    assert catalogue.compile_all() == 0
    assert catalogue.catalogue_path("web").with_suffix(".mo").exists()
