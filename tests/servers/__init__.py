"""The real servers that tests, benchmarks and the fault suite run on.

`choose_broker()` and `choose_postgres()` take the first that is there: an address in the environment, a
container where Docker answers, else a server started from packages. All of them end with this process.

`HANDOFF_TEST_KAFKA` takes an address, or one of the words `container`, `apache`, `embedded`;
`HANDOFF_TEST_POSTGRES` a DSN, or one of `container`, `embedded`.
"""

from tests.servers.apache import ApacheKafka
from tests.servers.folders import server_folder
from tests.servers.kafka import Broker, choose_broker, planned_broker
from tests.servers.postgres import LocalPostgres, Postgres, choose_postgres, planned_postgres

__all__ = [
    "ApacheKafka",
    "Broker",
    "LocalPostgres",
    "Postgres",
    "choose_broker",
    "choose_postgres",
    "planned_broker",
    "planned_postgres",
    "server_folder",
]
