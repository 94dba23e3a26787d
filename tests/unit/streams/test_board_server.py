"""The board listens where it was told to, and says where that is."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from streams.app import NotReady
from streams.board_child import BoardChild
from streams.board_server import address_of, listening
from streams.settings import Board, Settings


def test_port_zero_takes_a_free_one_and_the_address_names_it() -> None:
    with listening(Board(port=0)) as listener:
        port = listener.getsockname()[1]
        assert port > 0
        assert address_of(listener) == f"http://127.0.0.1:{port}"


def test_a_board_that_listens_to_all_is_reached_on_this_machine() -> None:
    options = Board(host="0.0.0.0", port=0, login="tokens", public_url="https://board.example")
    with listening(options) as listener:
        assert address_of(listener).startswith("http://127.0.0.1:")


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
