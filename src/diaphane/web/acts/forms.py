"""Forms that several audiences share."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.errors import GuardError, Missing

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise

LONGEST_TEXT = 5000


class WordsField(forms.CharField):
    """A field for a few words, with the answers that one press gives (``chips``)."""

    chips: "tuple[Words, ...]" = ()


def text(
    label: "Words",
    *,
    rows: int = 2,
    hint: "Words" = "",
    longest: int = LONGEST_TEXT,
    chips: "tuple[Words, ...]" = (),
) -> WordsField:
    """Return a field for a few words; what is owed is said by the guards, not by the field."""
    too_long = _("This text is too long: %(limit_value)d characters at most, %(show_value)d here.")
    field = WordsField(
        label=label,
        help_text=hint,
        required=False,
        max_length=longest,
        error_messages={"max_length": too_long},
        widget=forms.Textarea(attrs={"rows": rows}) if longest == LONGEST_TEXT else forms.TextInput(),
    )
    field.chips = chips
    field.widget.attrs.pop("maxlength", None)  # a paste cut in silence would lose words
    return field


def choice(label: "Words", choices: list[tuple[str, Any]], *, hint: "Words" = "") -> forms.ChoiceField:
    """Return a field with a few answers, all seen at once; none is chosen beforehand."""
    return forms.ChoiceField(
        label=label, help_text=hint, required=False, choices=choices, widget=forms.RadioSelect
    )


class MessageForm(forms.Form):
    """A few words for the thread of an act."""

    text = forms.CharField(
        label=_("Your message"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def words(self) -> str:
        """Return the words; an empty message is refused by the operation itself.

        Raises:
            GuardError: too long, or not text.
        """
        text = str(self.data.get("text", ""))
        if not self.is_valid() or len(text) > LONGEST_TEXT:
            raise GuardError(
                _("This message is too long."),
                [Missing("R72", _("5,000 characters at most: the rest can follow"), _("You"), field="text")],
            )
        return str(self.cleaned_data["text"])


class AnswerForm(forms.Form):
    """The demandeur's answer to another exam: yes, or no with the words; noted alike when heard."""

    answer = forms.ChoiceField(choices=[("yes", ""), ("no", "")], widget=forms.HiddenInput())
    answer_words = text(_("Your answer in words"), hint=_("Needed when you do not agree."))

    @property
    def answer_values(self) -> dict[str, Any]:
        """Return what the operation takes."""
        values = self.cleaned_data
        return {"is_agreed": values["answer"] == "yes", "words": values["answer_words"]}
