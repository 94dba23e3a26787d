"""What would have been: a log of past events, replayed through the domain under another policy.

No Kafka, no database, no wall clock. Who asked whom, who accepted and when stay as the log has them; clocks,
their rungs and the hints of the routing are derived anew by the pure functions that the live desk uses.
"""

from whatif.case_log import BadRow, LogFacts
from whatif.log_file import LogUnreadable
from whatif.mapping import Mapping
from whatif.mapping_file import MappingInvalid, read_mapping
from whatif.replay import Replay, replay

__all__ = [
    "BadRow",
    "LogFacts",
    "LogUnreadable",
    "Mapping",
    "MappingInvalid",
    "Replay",
    "read_mapping",
    "replay",
]
