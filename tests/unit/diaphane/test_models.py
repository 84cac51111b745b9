"""Every model is classed for privacy, obeys the order of contexts, and knows its states in the database."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CheckConstraint, Field, Model, Q

from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import ACTIVITIES, Processing

MODELS = [model for model in apps.get_models() if model.__module__.startswith("diaphane.")]
MODEL = pytest.mark.parametrize("model", MODELS, ids=[model._meta.label for model in MODELS])


def list_layers() -> list[set[str]]:
    """Read the order of contexts from the import contract, top first."""
    project = tomllib.loads((Path(settings.ROOT) / "pyproject.toml").read_text(encoding="utf-8"))
    contract = project["tool"]["importlinter"]["contracts"][0]
    return [set(layer.replace("(", "").replace(")", "").split(" | ")) for layer in contract["layers"]]


RANKS = {name: rank for rank, layer in enumerate(list_layers()) for name in layer}


@MODEL
def test_every_field_is_classed_for_privacy(model: type[Model]) -> None:
    classed = getattr(model, "privacy", {})
    assert set(classed) == {field.name for field in model._meta.concrete_fields}
    assert all(isinstance(each, Privacy) for each in classed.values())


@MODEL
def test_every_table_says_why_it_is_held_and_how_long(model: type[Model]) -> None:
    processing = getattr(model, "processing", None)
    assert isinstance(processing, Processing), "name the activity of the register (kernel/processing.py)"
    assert ACTIVITIES[processing].retention.label


@MODEL
def test_foreign_keys_go_down_the_order_of_contexts(model: type[Model]) -> None:
    for field in model._meta.concrete_fields:
        target = field.related_model
        if field.is_relation and isinstance(target, type) and target in MODELS:
            assert RANKS[target._meta.app_label] >= RANKS[model._meta.app_label], field.name


@MODEL
def test_nothing_is_deleted_in_cascade(model: type[Model]) -> None:
    for field in model._meta.concrete_fields:
        if field.is_relation:
            assert field.remote_field.on_delete.__name__ == "PROTECT", field.name  # type: ignore[union-attr]


def is_state(field: Field) -> bool:
    return field.name.endswith(("state", "status")) and bool(field.choices)


@MODEL
def test_the_database_knows_the_states(model: type[Model]) -> None:
    known = dict(list_known_values(model))
    for field in model._meta.concrete_fields:
        if is_state(field):
            assert known.get(field.name) == {value for value, _ in field.flatchoices}, field.name


def list_known_values(model: type[Model]) -> Iterator[tuple[str, set[str]]]:
    for constraint in model._meta.constraints:
        if isinstance(constraint, CheckConstraint) and isinstance(constraint.condition, Q):
            for condition in constraint.condition.children:
                if isinstance(condition, tuple) and condition[0].endswith("__in"):
                    yield condition[0].removesuffix("__in"), set(condition[1])


def test_the_walk_finds_the_models() -> None:
    assert {"acts.Act", "audit.Entry", "requests.ExamRequest"} <= {model._meta.label for model in MODELS}
