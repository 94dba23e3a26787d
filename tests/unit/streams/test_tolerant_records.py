"""A header's name may be any bytes: it is read, told apart, kept, and can be sent on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record import default_records, memory_records
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy, _DefaultRecordBatchPy
from hypothesis import given
from hypothesis import strategies as st

from streams.kafka.tolerant_records import sendable, tolerate_any_header_name
from tests.builders import RawName

_GZIP = 1


@pytest.fixture(autouse=True)
def tolerant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetcher, "MemoryRecords", fetcher.MemoryRecords)
    tolerate_any_header_name()


@pytest.fixture(params=["compiled", "pure Python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Choose which parser aiokafka uses: the other one is there where no wheel fits."""
    if request.param == "pure Python":
        monkeypatch.setattr(memory_records, "DefaultRecordBatch", _DefaultRecordBatchPy)
    elif default_records.DefaultRecordBatch is _DefaultRecordBatchPy:
        pytest.skip("aiokafka has no compiled parser here")
    return str(request.param)


def a_batch(*names: bytes, compression: int = 0) -> bytes:
    """Return a batch with one record for each name of a header."""
    builder = _DefaultRecordBatchBuilderPy(2, compression, 0, -1, -1, -1, 1_000_000)
    for offset, name in enumerate(names):
        headers = [("ce_id", b"%d" % offset), (RawName(name), b"\xff"), ("none", None)]
        builder.append(offset, 1_000 + offset, b"key", b"value" * 100, headers)
    return bytes(builder.build())


def read(answer: bytes) -> Iterator[Any]:
    """Read as aiokafka's consumer does."""
    records = fetcher.MemoryRecords(answer)
    assert records.has_next()
    return fetcher.PartitionRecords(  # type: ignore[no-any-return]
        TopicPartition("t", 0), records, None, 0, None, None, True, fetcher.READ_COMMITTED
    )


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("compression", [0, _GZIP])
def test_the_record_and_its_neighbours_are_read(compression: int) -> None:
    names = [b"good", b"\xff\xfe", b"h\xc3\xa9\xed\xa0\x80", b"", b"good"]
    records = list(read(a_batch(*names, compression=compression)))

    assert [r.offset for r in records] == [0, 1, 2, 3, 4]
    assert [r.headers[1][0].encode(errors="surrogateescape") for r in records] == names
    assert {(r.key, r.value, r.headers[1][1], r.headers[2]) for r in records} == {
        (b"key", b"value" * 100, b"\xff", ("none", None))
    }
    assert [r.headers[0][1] for r in records] == [b"0", b"1", b"2", b"3", b"4"]


@pytest.mark.usefixtures("parser")
def test_good_batches_are_read_as_ever() -> None:
    answer = a_batch(b"one", b"two") + a_batch(b"three")
    assert [r.headers[1][0] for r in read(answer)] == ["one", "two"]


@pytest.mark.usefixtures("parser")
def test_what_is_corrupt_is_still_refused() -> None:
    builder = _DefaultRecordBatchBuilderPy(2, 0, 0, -1, -1, -1, 1_000_000)
    builder.append(0, 1_000, b"key", b"value", [])
    builder._buffer.extend(b"rest")
    with pytest.raises(CorruptRecordException):
        list(read(bytes(builder.build())))


@given(st.binary(max_size=20))
def test_what_is_sent_is_utf8_and_what_was_utf8_is_unchanged(name: bytes) -> None:
    read_as = name.decode(errors="surrogateescape")
    sent = sendable(read_as).encode()
    assert (sent == name) == (not any("\udc80" <= c <= "\udcff" for c in read_as))


def test_the_bytes_can_be_seen_in_what_is_sent() -> None:
    assert sendable("h\xe9-\udcff\udcfe") == "h\xe9-\\xff\\xfe"
