"""A real Apache Kafka from its jars: one node, or a cluster of several to kill one by one."""

from __future__ import annotations

import asyncio
import base64
import signal
import subprocess
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Self

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.embedded.child import Child
from streams.embedded.ports import free_port
from tests.servers.jars import fetch_jars
from tests.servers.sync import run_sync

START_LIMIT_S = 60.0
LARGEST_MESSAGE_BYTES = 8 * 1024 * 1024
_HOST = "127.0.0.1"
_SHORT_LIVED = "-XX:TieredStopAtLevel=1"


def new_cluster_id(draw: Callable[[], uuid.UUID] = uuid.uuid4) -> str:
    """Return 16 random bytes in Kafka's own spelling, which its storage tool does not take for an option."""
    while True:
        cluster_id = base64.urlsafe_b64encode(draw().bytes).decode().rstrip("=")
        if not cluster_id.startswith("-"):
            return cluster_id


class ApacheKafka:
    """Run Apache Kafka (KRaft, each node broker and controller) with its data in `data_dir`.

    Nodes are numbered from 0. Three nodes make a cluster with replication factor 3, two in-sync replicas and
    no unclean election. Data and ports outlive `kill` and `restart`. Every method waits; none needs a loop.
    """

    def __init__(self, data_dir: Path, nodes: int = 1) -> None:
        self.data_dir = data_dir.absolute()
        self.ports = [free_port() for _ in range(nodes)]
        self._controller_ports = [free_port() for _ in range(nodes)]
        self._children: dict[int, Child] = {}

    @property
    def bootstrap(self) -> str:
        """The addresses of all nodes, separated by commas."""
        return ",".join(f"{_HOST}:{port}" for port in self.ports)

    @property
    def replication_factor(self) -> int:
        """How many replicas a topic can have here, three at most."""
        return min(3, len(self.ports))

    def start(self) -> Self:
        """Start every node and wait until the cluster answers with all of them."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            self._format()
            for node in range(len(self.ports)):
                self._spawn(node)
            for node in range(len(self.ports)):
                self._wait_for(node)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End every node at once; what they acknowledged stays in `data_dir`."""
        for node in list(self._children):
            self.kill(node)

    def kill(self, node: int = 0) -> None:
        """Send `node` SIGKILL and wait until it is gone; do nothing if it is."""
        child = self._children.pop(node, None)
        if child is not None:
            child.stop(signal.SIGKILL)

    def restart(self, node: int = 0) -> None:
        """Start `node` on its own data and address, shutting it down in an orderly way if it runs."""
        child = self._children.pop(node, None)
        if child is not None:
            child.send(signal.SIGCONT)
            child.stop(signal.SIGTERM, patience_s=20)
        self._spawn(node)
        self._wait_for(node)

    def pause(self, node: int = 0) -> None:
        """Freeze `node` (SIGSTOP): its connections stay open and nothing answers."""
        self._children[node].send(signal.SIGSTOP)

    def resume(self, node: int = 0) -> None:
        """Let a frozen `node` go on (SIGCONT)."""
        self._children[node].send(signal.SIGCONT)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def log(self, node: int = 0) -> Path:
        """Return the file with what `node` has printed."""
        return self.data_dir / f"node-{node}.log"

    def _java(self, *arguments: str) -> list[str]:
        return [
            *("java", "-Xms128m", "-Xmx512m", "-XX:+UseSerialGC"),
            "-Dorg.apache.logging.log4j.level=WARN",
            *("-cp", f"{fetch_jars()}/*", *arguments),
        ]

    def _format(self) -> None:
        cluster_id = self.data_dir / "cluster-id"
        if not cluster_id.exists():
            cluster_id.write_text(new_cluster_id())
        running = []
        for node in range(len(self.ports)):
            properties = self._write_properties(node)
            command = self._java(_SHORT_LIVED, "kafka.tools.StorageTool", "format", "--ignore-formatted")
            command += ["-t", cluster_id.read_text(), "-c", str(properties)]
            running.append(
                subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                )
            )
        said = [process.communicate(timeout=START_LIMIT_S)[0] for process in running]
        assert not any(process.returncode for process in running), "\n".join(said)

    def _write_properties(self, node: int) -> Path:
        voters = [f"{number}@{_HOST}:{port}" for number, port in enumerate(self._controller_ports, start=1)]
        replicas, in_sync = self.replication_factor, 2 if self.replication_factor == 3 else 1
        properties = {
            "process.roles": "broker,controller",
            "node.id": node + 1,
            "controller.quorum.voters": ",".join(voters),
            "listeners": f"PLAINTEXT://{_HOST}:{self.ports[node]},"
            f"CONTROLLER://{_HOST}:{self._controller_ports[node]}",
            "advertised.listeners": f"PLAINTEXT://{_HOST}:{self.ports[node]}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
            "log.dirs": self.data_dir / f"node-{node}",
            "auto.create.topics.enable": "false",
            "default.replication.factor": replicas,
            "min.insync.replicas": in_sync,
            "unclean.leader.election.enable": "false",
            "offsets.topic.replication.factor": replicas,
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.replication.factor": replicas,
            "transaction.state.log.min.isr": in_sync,
            "transaction.state.log.num.partitions": 4,
            "group.initial.rebalance.delay.ms": 0,
            "group.min.session.timeout.ms": 1000,
            # A killed broker may come back under its id only after its session has ended.
            "broker.session.timeout.ms": 4000,
            "broker.heartbeat.interval.ms": 500,
            "message.max.bytes": LARGEST_MESSAGE_BYTES,
            "replica.fetch.max.bytes": LARGEST_MESSAGE_BYTES,
        }
        path = self.data_dir / f"node-{node}.properties"
        path.write_text("".join(f"{name}={value}\n" for name, value in properties.items()))
        return path

    def _spawn(self, node: int) -> None:
        properties = str(self.data_dir / f"node-{node}.properties")
        self._children[node] = Child(self._java("kafka.Kafka", properties), log=self.log(node))

    def _wait_for(self, node: int) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while True:
            running = self._children[node].is_running
            assert running, f"node {node} ended:\n{self.log(node).read_text()[-3000:]}"
            if run_sync(lambda: _knows_itself(self.ports[node], node + 1)):
                return
            assert time.monotonic() < deadline, f"node {node} is not ready, see {self.log(node)}"
            time.sleep(0.1)


async def _knows_itself(port: int, node_id: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(_HOST, port)
    except OSError:
        return False
    writer.close()
    admin = AIOKafkaAdminClient(bootstrap_servers=f"{_HOST}:{port}", request_timeout_ms=3_000)
    try:
        await admin.start()
        brokers = (await admin.describe_cluster())["brokers"]
    except (KafkaError, OSError):
        return False
    finally:
        await admin.close()
    return any(broker["node_id"] == node_id for broker in brokers)
