"""Logging: no tokens, no passwords, no local variables.

JSON in production, one object a line; text in development. A traceback names files and lines alone: local variables
hold addresses of databases and what people typed.
"""

import logging
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

_BEARER = re.compile(
    r"(?P<kept>/j/|/r/|/mulai/kunci/|/undangan/|/daftar/(?:instansi|umkm)/|/akun/surel/|/lupa-kata-sandi/[0-9A-Za-z]+-)"
    r"(?!terkirim/|selesai/)[^/\s?\"'#]+"
)
"""Addresses that contain a secret: personal links, set-up, pages of applicants, confirmation of mail, reset."""
_SECRET_PARAMETER = re.compile(
    r"(?P<kept>[?&](?:token|key|code|sig|signature|password)=)[^&\s\"'#]*", re.IGNORECASE
)
_CREDENTIALS = re.compile(r"(?P<kept>\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@]*:)[^\s@/]+(?=@)", re.IGNORECASE)
HIDDEN = "•••"


def masked(text: str) -> str:
    """The text without what opens something: tokens in addresses, passwords in addresses of servers."""
    for pattern in (_BEARER, _SECRET_PARAMETER, _CREDENTIALS):
        text = pattern.sub(rf"\g<kept>{HIDDEN}", text)
    return text


def mask_event(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """A processor of structlog: every text of an event, tracebacks among them."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = masked(value)
    return event


class MaskingFormatter(structlog.stdlib.ProcessorFormatter):
    """Formats lines of every logger, ours and others', and masks the whole line at last."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class RequestLogMiddleware(RequestMiddleware):
    """Writes requests down with the visitor's own address (``procurement.web.network``) and without tokens."""

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(ip=request.META.get("REMOTE_ADDR") or None)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return masked(f"{request.method} {request.get_full_path()}")


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configured(*, as_json: bool, level: str) -> dict[str, Any]:
    """``LOGGING`` of the settings; also tells structlog to hand its events to the same handler."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.PositionalArgumentsFormatter(),
            mask_event,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    drawn: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_json:
        drawn += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    else:
        drawn += [
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        ]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": MaskingFormatter, "processors": drawn, "foreign_pre_chain": _SHARED},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
    }
