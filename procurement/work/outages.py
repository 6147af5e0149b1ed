"""Tells outages, which end by themselves and are retried, from faults, which are not.

An outage uses up no tries. It is tried again for :data:`GIVEN_UP_AFTER`, at first after a minute, then after as long as
it has lasted, at most :data:`LONGEST_WAIT`; a fault is tried a few times and then waits for somebody.
"""

from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=1)

_AWAY = (OSError, OperationalError, InterfaceError)
#: Libraries whose errors are about a server somewhere else; most are no OSError, and not all are installed.
_OF_SERVERS = frozenset(
    {
        "amqp",
        "azure",
        "boto3",
        "botocore",
        "google",
        "httpx",
        "kombu",
        "paramiko",
        "redis",
        "requests",
        "urllib3",
    }
)
_REFUSED_FOR_GOOD = range(500, 600)


class TryLater(Exception):
    """Work that says itself when it is to be tried again; it is no failure, and uses up no try.

    ``is_away`` says that it waits for something that is away, which the queue then shows.
    """

    def __init__(self, at: datetime, why: str, *, is_away: bool = True) -> None:
        super().__init__(why)
        self.at = at
        self.is_away = is_away


def is_outage(error: BaseException | None) -> bool:
    """Whether the error, or what it was raised from, is about something that was away."""
    while error is not None:
        if _is_away(error):
            return True
        error = error.__cause__
    return False


def _is_away(error: BaseException) -> bool:
    # A mail server that answers has decided; its refusals are an OSError all the same.
    code = getattr(error, "smtp_code", None)
    if code is not None:
        return code not in _REFUSED_FOR_GOOD
    if type(error).__name__ in ("SMTPRecipientsRefused", "SMTPNotSupportedError"):
        return False
    return isinstance(error, _AWAY) or type(error).__module__.partition(".")[0] in _OF_SERVERS


def next_try(*, since: datetime, now: datetime) -> datetime | None:
    """When to try again what has failed ``since``; None when it has lasted too long."""
    lasted = now - since
    if lasted >= GIVEN_UP_AFTER:
        return None
    return now + min(max(lasted, FIRST_WAIT), LONGEST_WAIT)
