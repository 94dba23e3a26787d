"""The board listens where it was told to, and says where that is."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from streams.app import NotReady
from streams.board.address import address_at
from streams.board.child import BoardChild
from streams.board.server import listening
from streams.settings import Board, Settings


def test_port_zero_takes_a_free_one() -> None:
    with listening(Board(port=0)) as listener:
        assert listener.getsockname()[1] > 0


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8400"),
        ("0.0.0.0", "http://127.0.0.1:8400"),
        ("::", "http://[::1]:8400"),
        ("::1", "http://[::1]:8400"),
        ("localhost", "http://localhost:8400"),
    ],
)
def test_the_address_is_one_that_a_browser_on_this_machine_can_open(host: str, address: str) -> None:
    assert address_at(host, 8400) == address


def test_a_taken_port_is_named_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(NotReady, match=rf"port {port}: .*HANDOFF_BOARD__PORT"),
            listening(Board(port=port)),
        ):
            pass


def test_the_board_of_a_first_look_moves_to_a_free_port_when_its_own_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        moved = BoardChild(Settings(board=Board(port=port)), tmp_path)
        assert moved.is_moved
        assert not moved.address.endswith(f":{port}")
    stays = BoardChild(Settings(board=Board(port=port)), tmp_path)
    assert not stays.is_moved
    assert stays.address == f"http://127.0.0.1:{port}"


def test_any_free_port_is_no_move(tmp_path: Path) -> None:
    child = BoardChild(Settings(board=Board(port=0)), tmp_path)
    assert not child.is_moved
    assert int(child.address.rpartition(":")[2]) > 0
