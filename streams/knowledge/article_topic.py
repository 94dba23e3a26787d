"""The topic on which a knowledge base publishes its articles."""

from __future__ import annotations

from typing import Final

from orchestrator.domain.knowledge import PublishedArticle
from streams.topics.spec import MIB, Direction, TopicSpec

ARTICLES: Final = TopicSpec(
    name=PublishedArticle.type,
    direction=Direction.IN,
    purpose="Articles of a knowledge base, which go with packets; a null withdraws one.",
    key="the article's id, as UTF-8",
    event_types=(PublishedArticle.type,),
    producers=("knowledge-base",),
    consumers=("orchestrator",),
    retention=None,
    max_message_bytes=MIB,
    cleanup="compact",
    is_one_partition=True,
)
