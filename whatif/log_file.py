"""Opens a log: a file, gzipped or not, or stdin."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import IO, Final, cast

STDIN: Final = Path("-")
_GZIP: Final = b"\x1f\x8b"


class LogUnreadable(Exception):
    """The log cannot be read at all; the message says where and what to do."""


@contextmanager
def opened(file: Path) -> Iterator[IO[bytes]]:
    """Open a log as bytes; what fails while it is read is told the same way.

    Raises:
        LogUnreadable: it is missing, a folder, not permitted, or broken.
    """
    try:
        with _open(file) as stream:
            yield stream
    except (OSError, EOFError, zlib.error) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise LogUnreadable(f"cannot read {file}: {why}; give the path of a log of events") from None


def _open(file: Path) -> AbstractContextManager[IO[bytes]]:
    if file == STDIN:
        return nullcontext(sys.stdin.buffer)
    with file.open("rb") as start:
        is_packed = start.read(2) == _GZIP
    return cast(IO[bytes], gzip.open(file, "rb")) if is_packed else file.open("rb")
