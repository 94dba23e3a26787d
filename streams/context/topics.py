"""The topics of context: one for each subject, compacted, so that it can be read again from its beginning."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from streams.topics.spec import MIB, Direction, TopicSpec

MAX_MESSAGE_BYTES: Final = 6 * MIB
"""Far more than is read, so that an over-large profile reaches us and becomes a dead letter."""
TOMBSTONES_FOR: Final = timedelta(days=7)
"""Within this time a rebuild sees what was deleted."""
KEY: Final = (
    "account:<id>/<system> or customer:<id>/<system>, then /<item> where there are several, and #<part> for "
    "fields that are sent on their own; each percent-encoded. Compaction keeps the last message of a key: "
    "what is sent under one key has the same fields every time, and comes in the order of its time"
)
_PURPOSES: Final = {
    "account": "Who the account is: name, segment, owner, renewal.",
    "contract": "What the account has bought: plan, tier, support level, term.",
    "billing": "Whether the account pays: payment state, last invoice, amounts due.",
    "usage": "How the product is used: signals, health, trends.",
    "issue": "Known issues and incidents that touch the account, one item each.",
    "interaction": "What was said and done before, one item for each interaction and its resolution.",
    "preference": "How the customer wants to be served: language, channel, hours.",
    "nps": "How the customer rated us, and when.",
}


def topic_of(subject: str) -> str:
    """Return the topic of a subject, which is also the CloudEvents type of what it carries."""
    return f"support.context.{subject}.observed.v1"


def _spec(subject: str, purpose: str) -> TopicSpec:
    return TopicSpec(
        name=topic_of(subject),
        direction=Direction.IN,
        purpose=purpose,
        key=KEY,
        event_types=(topic_of(subject),),
        producers=("context-sources", "dead-letter-replay"),
        consumers=("context",),
        retention=None,
        max_message_bytes=MAX_MESSAGE_BYTES,
        cleanup="compact",
        tombstones_for=TOMBSTONES_FOR,
    )


CONTEXT_TOPICS: Final = tuple(_spec(subject, purpose) for subject, purpose in _PURPOSES.items())
