"""What a proxy in front of the server says about a request, and the path under which it serves the graph."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import unquote

from kg.server.settings import ServerSettings

_FOR, _HOST, _SCHEME = b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto"


def forwarded(scope: Any, settings: ServerSettings) -> Any:
    """The request as its client sent it to the proxy, with the path below that of `settings.base_url`.

    The X-Forwarded headers are read only if a trusted proxy sent the request. Each proxy adds the address that it was
    called from to the right of X-Forwarded-For, so the client is the rightmost address that is not that of a trusted
    proxy: everything to the left of it may be invented.
    """
    found = scope | _below(scope, settings.prefix)
    if not (settings.proxies and _is_trusted(_address((scope["client"] or [""])[0]), settings)):
        return found
    headers = scope["headers"]
    found["client"] = (_client(_values(headers, _FOR), scope["client"][0], settings), 0)
    if (scheme := _values(headers, _SCHEME)[-1:]) in ([b"http"], [b"https"]):
        found["scheme"] = scheme[0].decode()
    if host := _values(headers, _HOST)[-1:]:
        found["headers"] = [(name, host[0] if name == b"host" else value) for name, value in headers]
    return found


def _below(scope: Any, prefix: str) -> dict[str, Any]:
    """The path without the prefix, if it has it: a proxy may have removed it before."""
    start = prefix.encode() + b"/"
    if not prefix or not scope["raw_path"].startswith(start):
        return {}
    raw = scope["raw_path"][len(start) - 1 :]
    return {"raw_path": raw, "path": unquote(raw.decode("ascii"))}


def _values(headers: Iterable[tuple[bytes, bytes]], wanted: bytes) -> list[bytes]:
    """The values of a header that is a list, from all its lines."""
    lines = [value for name, value in headers if name == wanted]
    return [part.strip() for line in lines for part in line.split(b",")]


def _client(hops: list[bytes], peer: str, settings: ServerSettings) -> str:
    """The rightmost address that is not that of a trusted proxy; the last one that is valid, if there is none."""
    client = peer
    for hop in reversed(hops):
        address = _address(hop.decode("latin-1"))
        if address is None:
            break  # whatever is further to the left cannot be trusted either
        client = str(address)
        if not _is_trusted(address, settings):
            break
    return client


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address, which may have brackets and a port as some proxies write them."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_trusted(address: IPv4Address | IPv6Address | None, settings: ServerSettings) -> bool:
    return address is not None and any(address in network for network in settings.proxies)
