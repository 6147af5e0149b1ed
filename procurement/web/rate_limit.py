"""Rate limit by network address for pages without sign-in; counted in the shared cache."""

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from procurement.errors import Refused
from procurement.web import network

_MINUTE = 60


class TooMany(Refused):
    """Too many tries from one place; they may come back later."""

    status = 429


def limit(request: HttpRequest, action: str, *, subject: str = "", most: int, seconds: int = 60) -> None:
    """Count one try of ``action`` by this network on ``subject``; raises :class:`TooMany` beyond ``most``."""
    key = f"limit:{action}:{network.of(request.META.get('REMOTE_ADDR', ''))}:{subject}"
    if counted(key, seconds=seconds) > most:
        if seconds > _MINUTE:
            raise TooMany(_("Terlalu banyak percobaan dari jaringan ini. Coba lagi beberapa jam lagi."))
        raise TooMany(_("Terlalu banyak percobaan. Tunggu satu menit, lalu coba lagi."))


def counted(key: str, *, seconds: int) -> int:
    """How often this was counted within ``seconds`` of its first time, this time included."""
    cache.add(key, 0, timeout=seconds)
    try:
        return int(cache.incr(key))
    except ValueError:  # it expired in between
        return 1
