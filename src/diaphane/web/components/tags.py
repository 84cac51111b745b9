"""Template tags of the components, available in every template without ``load``.

The gallery page shows each of them. A component without content is an include under
``templates/components/``; the ones that wrap content are block tags here.
"""

from datetime import date
from itertools import pairwise

from django import forms, template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from diaphane.access.queries import is_reader_for_a_while
from diaphane.acts.models import Act
from diaphane.kernel import rights
from diaphane.kernel.actors import Actor
from diaphane.patients.models import count_years

register = template.Library()

ICONS = {
    "plain": "point",
    "glass": "circle-dot",
    "good": "check",
    "note": "info-circle",
    "care": "alert-triangle",
    "stop": "alert-octagon",
}
_CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one icon of the sprite; it is decoration, the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("diaphane/icons.svg"),
        name,
    )


@register.simple_block_tag
def sheet(content: str, **options: str) -> str:
    """Wrap content in a card: ``title``, ``icon``, ``note``, ``tone``, ``id``, ``flush`` (a table)."""
    return render_to_string("components/sheet.html", {**options, "content": content})


@register.simple_block_tag
def heading(content: str, **options: str) -> str:
    """Head a page: ``title``, ``note``, ``back`` (address), ``back_label``; the content is its actions."""
    return render_to_string("components/heading.html", {**options, "content": content})


@register.simple_block_tag
def notice(content: str, **options: str) -> str:
    """Say something of weight: ``tone``, ``title``, ``icon``; the content is the explanation."""
    return render_to_string("components/notice.html", {**options, "content": content})


@register.simple_block_tag
def ask(content: str, **options: str) -> str:
    """Ask in a dialog before a step: ``id``, ``title``, ``tone``, ``icon``; the content holds its form."""
    return render_to_string("components/ask.html", {**options, "content": content})


@register.filter
def may(actor: Actor | None, action: str) -> bool:
    """Say whether the table of rights gives an action to who asks (R41); a visitor has none."""
    return actor is not None and rights.may(actor, action)


@register.filter
def reads_for_a_while(actor: Actor, act: Act) -> bool:
    """Say whether an act is open to who asks by an emergency alone: to be read (R42)."""
    return actor.role.is_professional and is_reader_for_a_while(actor, act.pk)


@register.filter
def tone_icon(tone: str) -> str:
    """Return the icon that goes with a tone when none is given: a colour never speaks alone."""
    return ICONS.get(tone, "point")


@register.filter
def initials(name: str) -> str:
    """Return up to two initials of a name, titles left out."""
    words = [each for each in str(name).replace("-", " ").split() if each.rstrip(".").lower() not in _TITLES]
    return "".join(each[0] for each in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


_TITLES = frozenset({"dr", "pr", "m", "mme", "de", "du", "la", "le"})


@register.filter
def age(birth_date: date) -> int:
    """Return the age in whole years today."""
    return count_years(birth_date, on=timezone.localdate())


@register.filter
def grouped_ins(ins: str) -> str:
    """Write an INS as it is read aloud: 1 85 05 78 006 084 36."""
    if len(ins) != 15:
        return ins
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    return " ".join(ins[start:end] for start, end in pairwise(cuts))


@register.filter
def kind(field: BoundField) -> str:
    """Say how a form field is laid out: ``choices``, ``checkbox`` or ``control``."""
    if isinstance(field.field.widget, _CHOICES):
        return "choices"
    return "checkbox" if isinstance(field.field.widget, forms.CheckboxInput) else "control"


@register.filter
def control(field: BoundField) -> SafeString:
    """Render a form field's own widget with the class it needs, keeping those it has."""
    widget = field.field.widget
    added = "form-select" if isinstance(widget, forms.Select) else "form-control"
    if isinstance(widget, forms.CheckboxInput):
        added = "form-check-input"
    return field.as_widget(attrs={"class": f"{widget.attrs.get('class', '')} {added}".strip()})
