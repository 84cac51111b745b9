"""Make an undefined template variable fail, wherever Django would print nothing."""

import sys
from typing import NoReturn

import pytest
from django.template.base import FilterExpression
from django.template.defaultfilters import default


class UndefinedVariable(str):
    """What Django puts in place of an undefined variable; ``{{ x|default:… }}`` says that x may be absent."""

    def __new__(cls) -> "UndefinedVariable":
        return super().__new__(cls, "%s")

    def __bool__(self) -> bool:
        """Let the ``default`` filter come into play when it is the first one."""
        caller = sys._getframe(1)
        if caller.f_code is default.__code__:
            return False
        expression = caller.f_locals.get("self")
        is_optional = (
            isinstance(expression, FilterExpression)
            and bool(expression.filters)
            and expression.filters[0][0] is default
        )
        return not is_optional

    def __mod__(self, name: object) -> NoReturn:
        """Fail the test: Django asks for the text that stands for the variable."""
        context = sys._getframe(1).f_locals.get("context")
        template = getattr(getattr(context, "render_context", None), "template", None)
        pytest.fail(f"undefined template variable {name} in {getattr(template, 'origin', 'a template')}")
