"""Unit tests have no network: a socket that connects fails the test."""

from __future__ import annotations

import socket
from typing import NoReturn

import pytest


class NetworkIsClosedError(AssertionError):
    """A unit test tried to reach a server."""


@pytest.fixture(autouse=True)
def closed_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection; the pair of sockets inside an event loop needs none."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise NetworkIsClosedError("unit tests have no network; move this test to tests/integration")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
