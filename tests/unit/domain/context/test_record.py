"""The join of what was said: any order of delivery ends in the same record."""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.context.address import Address
from orchestrator.domain.context.observation import MOST_AHEAD, Observation
from orchestrator.domain.context.record import MOST_HELD, Record, bury, join, merge
from orchestrator.domain.context.subjects import Subject
from orchestrator.domain.errors import Refused
from tests.builders import HOUR, MINUTE, SECOND, T0
from tests.unit.domain.context.known import says
from tests.unit.domain.properties import PROPERTY

ACCOUNT = Address(Subject.ACCOUNT, "account:acct-1", "crm")


class Message(NamedTuple):
    """What arrives: fields, or a tombstone where there are none."""

    fields: dict[str, str | int | None] | None
    minute: int
    by: str
    arrives: int

    def onto(self, record: Record | None) -> Record:
        at, now = T0 + self.minute * MINUTE, T0 + HOUR + self.arrives * SECOND
        if self.fields is None:
            return bury(record, ACCOUNT, at=at, now=now)
        observation = Observation(
            subject=Subject.ACCOUNT, account_id="acct-1", system="crm", fields=dict(self.fields)
        )
        return merge(record, observation, at=at, by=self.by, now=now)


MESSAGES = st.lists(
    st.builds(
        Message,
        fields=st.none()
        | st.dictionaries(st.sampled_from("abc"), st.sampled_from(["x", "y", 1, None]), min_size=1),
        minute=st.integers(0, 4),
        by=st.sampled_from(["event-1", "event-2", "event-3"]),
        arrives=st.integers(0, 9),
    ),
    min_size=1,
    max_size=8,
)


def told(messages: list[Message]) -> Record:
    record: Record | None = None
    for message in messages:
        record = message.onto(record)
    assert record is not None
    return record


@PROPERTY
@given(messages=MESSAGES, data=st.data())
def test_every_order_of_delivery_ends_in_the_same_record(
    messages: list[Message], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(messages))
    assert told(messages) == told(list(shuffled))


@PROPERTY
@given(messages=MESSAGES, data=st.data())
def test_what_arrives_twice_changes_nothing(messages: list[Message], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(messages), max_size=8))
    assert told(messages + again) == told(messages)


@PROPERTY
@given(messages=MESSAGES, data=st.data())
def test_parts_that_were_joined_apart_are_joined_to_the_same_record(
    messages: list[Message], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(messages)))
    parts = [message.onto(None) for message in messages]
    assert reduce(join, parts) == told(messages)
    if 0 < cut < len(parts):
        assert join(reduce(join, parts[:cut]), reduce(join, parts[cut:])) == told(messages)


@PROPERTY
@given(messages=MESSAGES)
def test_the_latest_by_the_time_of_the_source_counts(messages: list[Message]) -> None:
    record = told(messages)
    gone = max((message.minute for message in messages if message.fields is None), default=-1)
    for name in "abc":
        said = [m for m in messages if m.fields is not None and name in m.fields and m.minute > gone]
        assert (name in record.fields) == bool(said)
        if said:
            last = max((m.minute, m.by) for m in said)
            held = record.fields[name]
            assert ((held.at - T0) / MINUTE, held.by) == last
            assert held.value in [m.fields[name] for m in said if m.fields and (m.minute, m.by) == last]


def test_a_partial_update_leaves_the_other_fields_as_they_were() -> None:
    first = says("account", {"name": "Acme", "segment": "smb"}, ago=2 * HOUR)
    update = says("account", {"segment": "ent"}, ago=HOUR, by="event-2")
    record = join(first, update)
    assert {name: (held.value, held.at) for name, held in record.fields.items()} == {
        "name": ("Acme", T0 - 2 * HOUR),
        "segment": ("ent", T0 - HOUR),
    }


def test_a_late_message_does_not_undo_what_was_so_later() -> None:
    record = join(says("account", {"name": "New"}), says("account", {"name": "Old"}, ago=HOUR, by="event-9"))
    assert record.fields["name"].value == "New"


def test_a_field_that_was_taken_away_is_not_brought_back_by_a_late_message() -> None:
    gone = says("account", {"name": None})
    assert join(gone, says("account", {"name": "Old"}, ago=HOUR)).fields["name"].value is None


def test_a_deleted_record_begins_anew_with_what_is_so_after_it() -> None:
    record = bury(says("account", {"name": "Old"}, ago=HOUR), ACCOUNT, at=T0, now=T0)
    assert record.fields == {}
    assert record.deleted_at == T0
    late = says("account", {"name": "Late"}, ago=MINUTE)
    assert join(record, late).fields == {}
    anew = says("account", {"name": "New"}, ago=-MINUTE)
    assert join(join(record, late), anew).fields["name"].value == "New"


def test_a_record_is_deleted_before_it_was_ever_seen() -> None:
    assert bury(None, ACCOUNT, at=T0, now=T0).address == ACCOUNT


def test_the_future_is_refused_whether_it_tells_or_deletes() -> None:
    observation = Observation(subject=Subject.ACCOUNT, account_id="a", system="crm", fields={"name": "A"})
    with pytest.raises(Refused, match="from now"):
        merge(None, observation, at=T0 + 2 * MOST_AHEAD, by="event-1", now=T0)
    with pytest.raises(Refused, match="from now"):
        bury(None, ACCOUNT, at=T0 + 2 * MOST_AHEAD, now=T0)


def test_records_of_different_addresses_are_never_joined() -> None:
    with pytest.raises(ValueError, match="are not the same record"):
        join(says("account", {"name": "A"}), says("account", {"name": "A"}, system="billing"))


def test_a_source_that_invents_new_fields_for_ever_is_refused() -> None:
    record = says("account", {"name": "Acme"})
    for batch in range(2):
        record = join(record, says("account", {f"k{batch}_{n}": n for n in range(100)}))
    with pytest.raises(Refused, match=f"have 301 fields; at most {MOST_HELD} are kept") as refused:
        join(record, says("account", {f"z{n}": n for n in range(100)}))
    assert refused.value.code == "too-many-fields"
    assert record.fields["name"].value == "Acme"
