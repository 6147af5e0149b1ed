"""How often one address may ask for something that needs no sign-in; counted in the shared cache."""

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from procurement import network
from procurement.errors import Refused


class TooMany(Refused):
    """Too many tries from one place; they may come back in a minute."""

    status = 429


def limit(request: HttpRequest, action: str, *, subject: str = "", most: int, seconds: int = 60) -> None:
    """Count one try of ``action`` by this network on ``subject``; raises :class:`TooMany` beyond ``most``."""
    key = f"limit:{action}:{network.of(request.META.get('REMOTE_ADDR', ''))}:{subject}"
    cache.add(key, 0, timeout=seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # it expired in between
        count = 1
    if count > most:
        raise TooMany(_("Terlalu banyak percobaan. Tunggu satu menit, lalu coba lagi."))
