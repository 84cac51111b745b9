"""Logs say where a failure happened, never what was in the row."""

import io
import json
import logging

import pytest
import structlog

from diaphane.config.logs import LOGGING, spell_trace, trace_without_values

NAME = "VASSEUR"


def _fail() -> None:
    try:
        raise ValueError(f"Failing row contains {NAME}")
    except ValueError as cause:
        raise RuntimeError(f"could not write {NAME}") from cause


def test_an_exception_is_traced_with_its_cause_and_without_its_words() -> None:
    with pytest.raises(RuntimeError) as caught:
        _fail()
    event = trace_without_values(None, "error", {"event": "x", "exc_info": caught.value})
    text = json.dumps(event)
    assert NAME not in text
    assert "builtins.RuntimeError" in text
    assert "builtins.ValueError" in text
    assert "_fail" in text


def test_a_log_without_an_exception_is_left_alone() -> None:
    assert trace_without_values(None, "info", {"event": "x"}) == {"event": "x"}


def _listen() -> tuple[logging.Logger, io.StringIO]:
    """Return a logger of others, and where the configured handler writes what it says."""
    formatter_settings = LOGGING["formatters"]["structured"]
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=formatter_settings["processors"], foreign_pre_chain=formatter_settings["foreign_pre_chain"]
    )
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.Logger("third.party")
    logger.addHandler(handler)
    return logger, stream


def test_a_line_end_makes_no_second_line() -> None:
    logger, stream = _listen()
    logger.warning("said %s", 'x\r\n{"event": "login.forged"}\n')
    assert len(stream.getvalue().splitlines()) == 1
    assert json.loads(stream.getvalue())["event"].startswith("said x")


def test_the_configured_handler_writes_no_exception_message() -> None:
    logger, stream = _listen()
    try:
        _fail()
    except RuntimeError:
        logger.exception("something_failed")
    written = stream.getvalue()
    assert "something_failed" in written
    assert NAME not in written
    assert "RuntimeError" in written


def test_a_trace_is_written_in_lines_for_those_who_read_plain_logs() -> None:
    with pytest.raises(RuntimeError) as caught:
        _fail()
    event = spell_trace(None, "error", trace_without_values(None, "error", {"exc_info": caught.value}))
    written = structlog.dev.ConsoleRenderer(colors=False)(None, "error", event | {"event": "x"})
    assert "builtins.RuntimeError\n" in written
    assert NAME not in written
