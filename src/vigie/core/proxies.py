"""Who asks, and whether over TLS, when a reverse proxy stands in between. Each server's own answer is switched off."""

from collections.abc import Callable, Iterable, MutableMapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

Network = IPv4Network | IPv6Network
Scope = MutableMapping[str, Any]
SCHEMES = {("http", False): "http", ("http", True): "https", ("ws", False): "ws", ("ws", True): "wss"}


def asker(peer: str, chain: Iterable[str], trusted: Sequence[Network]) -> str:
    """The address that asks: the right-most one of `X-Forwarded-For` that is no proxy of ours.

    Whatever stands left of it is the visitor's own word. What is no address ends the chain.
    """
    last = peer
    hops = [hop for value in chain for hop in value.split(",")]
    while hops and _is_one_of(last, trusted):
        hop = _address(hops.pop())
        if hop is None:
            break
        last = str(hop)
    return last


def is_secure(peer: str, said: Iterable[str], trusted: Sequence[Network]) -> bool | None:
    """What the proxy says of the visitor's connection; None when it is not believed or says nothing of use."""
    words = [word.strip().lower() for value in said for word in value.split(",")]
    if not words or words[-1] not in {"http", "https"} or not _is_one_of(peer, trusted):
        return None
    return words[-1] == "https"


def _is_one_of(address: str, trusted: Sequence[Network]) -> bool:
    found = _address(address)
    return found is not None and any(found in network for network in trusted)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """With or without a port, in brackets or not; an IPv4 address that is written as IPv6 is itself."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (getattr(found, "ipv4_mapped", None) or found) if "%" not in text else None


def behind_proxies(scope: Scope) -> Scope:
    """The same request as its visitor made it, for ASGI."""
    peer = (scope.get("client") or ("", 0))[0]
    trusted = settings.TRUSTED_PROXIES
    if not _is_one_of(peer, trusted):
        return scope
    address = asker(peer, _values(scope, b"x-forwarded-for"), trusted)
    secure = is_secure(peer, _values(scope, b"x-forwarded-proto"), trusted)
    scheme = scope["scheme"]
    if secure is not None:
        scheme = SCHEMES["ws" if scheme.startswith("ws") else "http", secure]
    return {**scope, "client": (address, 0), "scheme": scheme}


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def is_our_host(scope: Scope) -> bool:
    """The host of a socket, as Django asks it of every page."""
    hosts = _values(scope, b"host")
    return len(hosts) == 1 and validate_host(
        split_domain_port(hosts[0])[0], [one for one in settings.ALLOWED_HOSTS if one]
    )


class BehindProxies:
    """The same for WSGI, where `X_Forwarded_For` and `X-Forwarded-For` have one name: the proxy drops the former."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        peer = environ.get("REMOTE_ADDR", "")
        trusted = settings.TRUSTED_PROXIES
        if _is_one_of(peer, trusted):
            environ["REMOTE_ADDR"] = asker(peer, [environ.get("HTTP_X_FORWARDED_FOR", "")], trusted)
            secure = is_secure(peer, [environ.get("HTTP_X_FORWARDED_PROTO", "")], trusted)
            if secure is not None:
                environ["wsgi.url_scheme"] = "https" if secure else "http"
        return self.application(environ, start_response)
