"""Articles in an index in memory: what helps with a case is found by its words, reason, kind and team."""

from orchestrator.knowledge.library import Library
from orchestrator.knowledge.passage_index import NoFullTextSearch
from orchestrator.knowledge.shelf import Publication, Shelf

__all__ = ["Library", "NoFullTextSearch", "Publication", "Shelf"]
