"""Reads records whose headers have names that are not UTF-8, at which aiokafka gives up.

Kafka lets every byte into a header's name, aiokafka raises UnicodeDecodeError at the first that is no UTF-8,
and would meet that record again for ever. Here such a byte becomes a lone surrogate, as in Python's file
names: `name.encode(errors="surrogateescape")` gives the bytes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy


def tolerate_any_header_name() -> None:
    """Let every consumer of this process read such records; the others are parsed as fast as before."""
    fetcher.MemoryRecords = _Records


def sendable(name: str) -> str:
    r"""Return a header's name with each byte that is not UTF-8 written as `\xff`.

    Producers send nothing but UTF-8, and most readers expect nothing else.
    """
    return name.encode(errors="surrogateescape").decode(errors="backslashreplace")


class _Records(_MemoryRecordsPy):  # type: ignore[misc]  # aiokafka ships no types
    """The batches of one answer of the broker."""

    def next_batch(self, *args: Any) -> Any:
        raw = self._next_slice
        batch = super().next_batch(*args)
        return None if batch is None else _Batch(batch, raw)


class _Batch:
    """A batch that aiokafka's own parser reads, unless a name stops it."""

    # What is asked of every batch stands in slots: going through __getattr__ would cost a batch of one dear.
    __slots__ = ("_batch", "_raw", "is_control_batch", "next_offset", "validate_crc")

    def __init__(self, batch: Any, raw: memoryview) -> None:
        self._batch = batch
        self._raw = raw
        self.is_control_batch = batch.is_control_batch
        self.next_offset = batch.next_offset
        self.validate_crc = batch.validate_crc

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._batch))
        except (UnicodeDecodeError, CorruptRecordException) as error:
            # The parser in pure Python wraps what its compiled twin lets through.
            if not isinstance(error.__cause__ or error, UnicodeDecodeError):
                raise
            return iter(_LenientBatch(self._raw))


class _LenientBatch(_DefaultRecordBatchPy):  # type: ignore[misc]
    """A batch that is read again from its bytes, a few times slower."""

    _buffer: bytearray

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = _LenientBytes(self._buffer)


class _LenientBytes(bytearray):
    """Bytes whose slices can always be decoded: the parser decodes nothing but names."""

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return _LenientBytes(found) if isinstance(found, bytearray) else found

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return super().decode(encoding, "surrogateescape")
