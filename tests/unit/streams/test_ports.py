"""Ports for servers that are started on this machine."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from streams.embedded.ports import free_port, is_free

_CLIENTS = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_a_port_on_which_somebody_listens_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert not is_free(taken.getsockname()[1])
    assert is_free(taken_port := free_port())
    assert is_free(taken_port), "asking takes nothing"


@pytest.mark.skipif(not _CLIENTS.exists(), reason="only Linux says which ports clients are given")
def test_a_free_port_is_none_that_clients_are_given() -> None:
    first, last = map(int, _CLIENTS.read_text().split())
    assert not any(first <= free_port() <= last for _ in range(50))
