"""How a browser on this machine reaches the board."""

from __future__ import annotations

from ipaddress import ip_address


def address_at(host: str, port: int) -> str:
    """Return the address of a board that listens at `host`, like `http://127.0.0.1:8400`."""
    try:
        at = ip_address(host)
    except ValueError:
        return f"http://{host}:{port}"
    if at.is_unspecified:
        host = "127.0.0.1" if at.version == 4 else "::1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
