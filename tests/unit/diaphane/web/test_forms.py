"""No field takes the place of what a form is made of: ``form.form`` or ``form.submit`` would be the field."""

import pkgutil
from importlib import import_module

from django.forms import BaseForm

import diaphane.web

TAKEN = {
    *("action", "enctype", "method", "noValidate", "target", "elements", "length", "reset", "submit", "form"),
    *("attributes", "children", "dataset", "id", "nodeName", "parentElement", "parentNode", "tagName"),
}
"""Properties that a page's script reads of a form (HTML, the form element; DOM, Node and Element)."""


def list_forms(form: type[BaseForm] = BaseForm) -> list[type[BaseForm]]:
    return [each for child in form.__subclasses__() for each in (child, *list_forms(child))]


def test_no_field_hides_a_property_of_its_form() -> None:
    for module in pkgutil.walk_packages(diaphane.web.__path__, "diaphane.web."):
        if ".management" not in module.name:
            import_module(module.name)
    ours = [form for form in list_forms() if form.__module__.startswith("diaphane.")]
    assert len(ours) > 20
    assert [(form.__name__, name) for form in ours for name in TAKEN & form.base_fields.keys()] == []
