"""The tags and filters of the components."""

from datetime import date, timedelta

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone

from diaphane.web.components import tags


class Sample(forms.Form):
    """A field of each layout."""

    name = forms.CharField(help_text="As on the card", widget=forms.TextInput(attrs={"class": "mono"}))
    modality = forms.ChoiceField(choices=[("CT", "CT")])
    sex = forms.ChoiceField(choices=[("F", "Female"), ("M", "Male")], widget=forms.RadioSelect)
    agreed = forms.BooleanField()


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dr Anaïs Moreau", "AM"),
        ("Manon Keller", "MK"),
        ("Odette", "O"),
        ("Jean-Paul de la Tour", "JT"),
        ("", ""),
    ],
)
def test_initials_leave_titles_out(name: str, expected: str) -> None:
    assert tags.initials(name) == expected


def test_the_age_grows_on_the_birthday_only() -> None:
    today = timezone.localdate()
    birthday = today.replace(year=today.year - 40)
    assert tags.age(birthday) == 40
    assert tags.age(birthday + timedelta(days=1)) == 39


def test_an_age_counts_whole_years() -> None:
    assert tags.age(date(timezone.localdate().year - 5, 1, 1)) == 5


def test_an_ins_is_grouped_as_it_is_read_aloud() -> None:
    assert tags.grouped_ins("253047800608431") == "2 53 04 78 006 084 31"


def test_an_odd_ins_is_shown_as_it_is() -> None:
    assert tags.grouped_ins("2530") == "2530"


def test_a_field_shows_its_help_and_its_error_and_says_so_to_screen_readers() -> None:
    form = Sample({})
    html = render('{% include "components/field.html" with field=form.name %}', form=form)
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_field_keeps_the_class_it_had() -> None:
    assert 'class="mono form-control"' in str(tags.control(Sample()["name"]))


def test_each_kind_of_field_has_its_layout() -> None:
    form = Sample()
    assert [tags.kind(form[name]) for name in form.fields] == ["control", "control", "choices", "checkbox"]


def test_radio_buttons_stand_in_a_fieldset_each_with_its_label() -> None:
    html = render('{% include "components/field.html" with field=form.sex %}', form=Sample({"sex": "F"}))
    assert "<fieldset" in html
    assert html.count('class="choice"') == 2
    assert html.count(" checked") == 1
    assert 'for="id_sex_0"' in html


def test_text_in_a_field_is_escaped() -> None:
    form = Sample({"name": '"><script>'})
    assert "<script>" not in render('{% include "components/field.html" with field=form.name %}', form=form)


def test_a_sheet_escapes_its_title_and_keeps_its_content() -> None:
    html = render("{% sheet title=title %}<p>inside</p>{% endsheet %}", title="<b>x</b>")
    assert "&lt;b&gt;" in html
    assert "<p>inside</p>" in html


@pytest.mark.parametrize("tone", ["plain", "glass", "good", "note", "care", "stop"])
def test_every_badge_has_words_and_an_icon_beside_its_colour(tone: str) -> None:
    html = render('{% include "components/badge.html" with tone=tone label="État" %}', tone=tone)
    assert "État" in html
    assert "<use href=" in html


@pytest.mark.parametrize("urgency", ["vital", "urgent", "delayed", "scheduled"])
def test_every_urgency_has_words_and_an_icon(urgency: str) -> None:
    html = render('{% include "components/urgency.html" %}', urgency=urgency)
    assert "<use href=" in html
    assert html.rstrip().endswith("</span>")
