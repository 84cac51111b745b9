"""The register of processing (GDPR, art. 30), written from what each model and each field declares (R37)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import override

from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import ACTIVITIES, Activity, Processing

NOTICE = "Written by `./diaphane manage register --markdown`; a test compares it with the code.\n"


@dataclass(frozen=True)
class Holding:
    """One table: what it holds, by privacy class."""

    label: str
    fields: tuple[tuple[Privacy, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Page:
    """One activity with its tables."""

    processing: Processing
    activity: Activity
    holdings: tuple[Holding, ...]

    @property
    def classes(self) -> tuple[Privacy, ...]:
        """Return the classes of data that the activity holds, the most private last."""
        held = {privacy for holding in self.holdings for privacy, _names in holding.fields}
        return tuple(each for each in Privacy if each in held)


def list_pages() -> list[Page]:
    """List every activity that the code has, with every table of ours."""
    return [Page(each, ACTIVITIES[each], tuple(_holdings_of(each))) for each in Processing]


def render_register() -> str:
    """Return ``docs/conformance/processing.md``."""
    with override("fr"):
        return "\n".join(_lines())


def _holdings_of(processing: Processing) -> Iterator[Holding]:
    for model in apps.get_models():
        if getattr(model, "processing", None) is processing:
            yield Holding(model._meta.label, tuple(_fields_of(model)))


def _fields_of(model: type[Model]) -> Iterator[tuple[Privacy, tuple[str, ...]]]:
    declared: dict[str, Privacy] = model.privacy  # type: ignore[attr-defined]
    for privacy in Privacy:
        names = tuple(name for name, each in declared.items() if each is privacy)
        if names:
            yield privacy, names


def _lines() -> Iterator[str]:
    yield from ("# " + _("Register of processing"), "", NOTICE)
    yield from (_("Controllers: the structures that ask and that read, within their conventions."), "")
    for page in list_pages():
        yield from (f"## {page.activity.label}", "")
        yield from (f"- {name} : {value}" for name, value in _facts(page.activity))
        yield from (
            "",
            "| " + " | ".join((_("table"), _("class"), _("fields"))) + " |",
            "| --- | --- | --- |",
        )
        for holding in page.holdings:
            for privacy, names in holding.fields:
                yield f"| `{holding.label}` | {privacy.label} | {', '.join(names)} |"
        yield ""


def _facts(activity: Activity) -> Iterator[tuple[str, str]]:
    yield _("Purpose"), str(activity.purpose)
    yield _("Ground"), str(activity.ground)
    yield _("Persons"), str(activity.people)
    yield _("Recipients"), str(activity.recipients)
    yield _("Retention"), str(activity.retention.label)
