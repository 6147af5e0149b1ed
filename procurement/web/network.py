"""From which network address a request comes, when our own proxies are in front of the program.

``TRUSTED_PROXIES`` names them. What they say of the address before them is believed, what anybody else says is not; so
every limiter, session and line of the log sees the visitor's own address in ``REMOTE_ADDR``, and nobody can choose it.
"""

import ipaddress
from collections.abc import Callable, Sequence

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

UNIX_SOCKET = "unix"
"""How a proxy is named that speaks to us through a socket file; such a request has no address of its own."""

_SAID_BY_PROXIES = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_X_CLIENT_IP", "HTTP_X_FORWARDED",
    "HTTP_X_CLUSTER_CLIENT_IP", "HTTP_FORWARDED_FOR", "HTTP_CLIENT_IP", "HTTP_VIA", "HTTP_TRUE_CLIENT_IP",
    "HTTP_CF_CONNECTING_IP",
)  # fmt: skip


def networks(names: Sequence[str]) -> tuple[Network, ...]:
    """The networks among the names of trusted proxies; raises :class:`ValueError` on what is none."""
    return tuple(
        ipaddress.ip_network(name.strip(), strict=False)
        for name in names
        if name.strip() and name.strip() != UNIX_SOCKET
    )


def visitor_address(
    remote: str, forwarded: str, trusted: Sequence[Network], *, by_socket: bool = False
) -> str:
    """The first address, seen from us, that is not one of the trusted proxies.

    ``forwarded`` is ``X-Forwarded-For``: each proxy has added the address that it was asked from at the end.
    """
    address = remote
    for said in reversed([*filter(None, (part.strip() for part in forwarded.split(",")))]):
        if not _is_trusted(address, trusted, by_socket=by_socket):
            break
        found = _parsed(said)
        if found is None:
            break
        address = str(found)
    return address


def _is_trusted(address: str, trusted: Sequence[Network], *, by_socket: bool) -> bool:
    found = _parsed(address)
    if found is None:
        return by_socket and not address
    return any(found in network for network in trusted)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address, with a port or brackets as some proxies write them."""
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def of(address: str) -> str:
    """The network of a visitor, as it is counted: a household has a whole /64 of IPv6 addresses."""
    found = _parsed(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{found}/64", strict=False).network_address)
    return str(found or "")


class ClientAddressMiddleware:
    """Puts the visitor's address into ``REMOTE_ADDR`` and takes away what only a trusted proxy may say."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.trusted = networks(settings.TRUSTED_PROXIES)
        self.by_socket = UNIX_SOCKET in [name.strip() for name in settings.TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        remote = meta.get("REMOTE_ADDR", "")
        is_proxy = _is_trusted(remote, self.trusted, by_socket=self.by_socket)
        if is_proxy:
            meta["REMOTE_ADDR"] = visitor_address(
                remote, meta.get("HTTP_X_FORWARDED_FOR", ""), self.trusted, by_socket=self.by_socket
            )
        elif self.trusted or self.by_socket:
            meta.pop("HTTP_X_FORWARDED_PROTO", None)
        for name in _SAID_BY_PROXIES:
            meta.pop(name, None)
        return self.get_response(request)
