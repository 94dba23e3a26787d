"""What the tests of the command need."""

from tests.unit.streams.conftest import logging_stays_as_it_was

__all__ = ["logging_stays_as_it_was"]
