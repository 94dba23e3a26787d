"""A year of real handoffs between 649 teams, from the log of an IT help desk, as canonical events.

The log is that of the BPI Challenge 2013 (doi 10.4121/uuid:500573e6-accc-4b0c-9576-aa5468b10cee). It is read
from where it lies beside the project, and is no part of it.
"""

from bench.volvo.events import SOURCE, Happening, events_of, line_of
from bench.volvo.incidents import FILE, Change, Incident, read
from bench.volvo.teams import team_ids, write_templates

__all__ = [
    "FILE",
    "SOURCE",
    "Change",
    "Happening",
    "Incident",
    "events_of",
    "line_of",
    "read",
    "team_ids",
    "write_templates",
]
