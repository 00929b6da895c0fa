"""Structured logs on stdout: one JSON object per line, readable text on a terminal."""

import logging
import sys
from contextvars import ContextVar

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from app.settings import SettingsError

#: Id of the request being served; empty outside of one.
request_id: ContextVar[str] = ContextVar("request_id", default="")

# They report every call at INFO; what matters of a call is in our own metrics and logs.
CHATTY = ("httpx2", "httpcore2", "openai")


def configure(level: str) -> None:
    """Send our logs and those of every library the same way, from `level` up."""
    threshold = logging.getLevelNamesMapping().get(level.upper())
    if threshold is None:
        raise SettingsError(f"LOG_LEVEL: {level!r} is none of DEBUG, INFO, WARNING, ERROR")
    stamp: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request_id,
    ]
    render = _renderers()
    structlog.configure(
        processors=[*stamp, *render],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*stamp, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    logging.basicConfig(handlers=[handler], level=threshold, force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))


def _renderers() -> list[Processor]:
    if sys.stdout.isatty():
        return [structlog.dev.ConsoleRenderer()]
    # Tracebacks as text: the structured form would print local variables, secrets included.
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def _add_request_id(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if current := request_id.get():
        event["request_id"] = current
    return event
