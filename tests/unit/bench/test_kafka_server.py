"""The broker that may be killed: what its start depends on, without starting one."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from bench.faults.proxied_kafka import ProxiedKafka
from tests.servers.apache import new_cluster_id


def test_a_cluster_id_never_looks_like_an_option() -> None:
    drawn = iter([UUID(bytes=bytes([0xF8] * 16)), UUID(bytes=bytes([0xFB] * 16)), UUID(int=5)])

    assert new_cluster_id(lambda: next(drawn)) == "AAAAAAAAAAAAAAAAAAAABQ"


class _NeverStarts(ProxiedKafka):
    def _java(self, *_: str) -> list[str]:
        return ["false"]


def test_a_failed_start_keeps_no_socket(tmp_path: Path) -> None:
    kafka = _NeverStarts(tmp_path)

    with pytest.raises(AssertionError):
        kafka.start()

    with pytest.raises(OSError, match="Bad file descriptor"):
        kafka.proxy_socket()
