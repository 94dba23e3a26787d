"""Bring a broker's topics in line with the table: `handoff topics plan` and `handoff topics apply`.

Topics are listed and never asked for by name, since some brokers create the topic that somebody asks about.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import IncompatibleBrokerVersion, KafkaError, UnsupportedVersionError, for_code

from streams.topics.plan import Change, Existing, Growth, Obstacle, Plan, compare, is_done
from streams.topics.spec import TopicSpec

VISIBLE_WITHIN_S: Final = 15.0
_ALREADY_EXISTS: Final = 36
_SET_FOR_THE_TOPIC: Final = 1
"""The source of a setting that was made for one topic, as DescribeConfigs numbers it."""
_UNSUPPORTED: Final = (IncompatibleBrokerVersion, UnsupportedVersionError)


class TopicAdminError(Exception):
    """The broker refused to create or change a topic; the message says which and why."""


@dataclass(frozen=True, slots=True)
class _Abilities:
    can_grow: bool
    can_change: bool


async def plan(connection: Mapping[str, Any], table: Sequence[TopicSpec]) -> Plan:
    """Compare the broker with the table and change nothing.

    `connection` holds the keyword arguments of an aiokafka client: bootstrap_servers, security_protocol, ...
    What this broker has no request for is listed under `cannot`. Raises `KafkaError` when it is away.
    """
    async with _admin(connection) as admin:
        wanted = compare(table, await _existing(admin, {spec.name for spec in table}))
        return _without_the_impossible(wanted, await _abilities(admin, wanted))


async def apply(connection: Mapping[str, Any], plan: Plan, *, grow: bool = False) -> list[str]:
    """Do what `plan` lists, wait until the broker shows it, and return a line for each thing done.

    More partitions send the keys of a topic elsewhere, which breaks the order of the cases that are on their
    way: stop the producers, read to the end, then call with `grow`. Without it nothing grows.
    Raises `TopicAdminError` when the broker refuses something.
    """
    plan = replace(plan, in_order=(), cannot=(), grow=plan.grow if grow else ())
    async with _admin(connection) as admin:
        refused = await _create(admin, plan.create)
        if plan.grow:
            refused += await _grow(admin, plan.grow)
        if plan.change:
            refused += await _change(admin, plan.change)
        if refused:
            raise TopicAdminError("; ".join(refused))
        await _wait_until_visible(admin, plan)
    return plan.lines()


@asynccontextmanager
async def _admin(connection: Mapping[str, Any]) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**connection)
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


async def _existing(admin: AIOKafkaAdminClient, names: set[str]) -> dict[str, Existing]:
    topics = [topic for topic in await admin.describe_topics() if topic["topic"] in names]
    configs = await _configs(admin, [topic["topic"] for topic in topics])
    found = {}
    for topic in topics:
        name, partitions = topic["topic"], topic["partitions"]
        entries = configs.get(name)
        found[name] = Existing(
            partitions=len(partitions),
            replication=min((len(partition["replicas"]) for partition in partitions), default=0),
            configs=None if entries is None else {key: value for key, value, _ in entries},
            own_configs={key: value for key, value, source in entries or () if source == _SET_FOR_THE_TOPIC},
            is_usable=all(partition["leader"] >= 0 for partition in partitions),
        )
    return found


async def _configs(admin: AIOKafkaAdminClient, names: Iterable[str]) -> dict[str, list[tuple[str, str, int]]]:
    # All settings of each: a broker may close the connection when asked for some by name.
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    if not resources:
        return {}
    try:
        answers = await admin.describe_configs(resources)
    except _UNSUPPORTED:
        return {}
    return {
        name: [(key, value, source) for key, value, _read_only, source, *_ in entries]
        for answer in answers
        for code, _message, _type, name, entries in answer.resources
        if not code
    }


async def _abilities(admin: AIOKafkaAdminClient, plan: Plan) -> _Abilities:
    # Empty requests change nothing; the client refuses to send what the broker does not know.
    async def knows(request: Any) -> bool:
        try:
            await request
        except _UNSUPPORTED:
            return False
        return True

    return _Abilities(
        can_grow=not plan.grow or await knows(admin.create_partitions({})),
        can_change=not plan.change or await knows(admin.alter_configs([])),
    )


def _without_the_impossible(plan: Plan, abilities: _Abilities) -> Plan:
    cannot = list(plan.cannot)
    if not abilities.can_grow:
        cannot += [
            Obstacle(g.topic, f"this broker cannot grow it to {g.wanted} partitions") for g in plan.grow
        ]
    if not abilities.can_change:
        cannot += [Obstacle(c.topic, f"this broker cannot set {dict(c.wanted)}") for c in plan.change]
    return replace(
        plan,
        grow=plan.grow if abilities.can_grow else (),
        change=plan.change if abilities.can_change else (),
        cannot=tuple(cannot),
    )


async def _create(admin: AIOKafkaAdminClient, specs: Sequence[TopicSpec]) -> list[str]:
    if not specs:
        return []
    answer = await admin.create_topics(
        [NewTopic(s.name, s.partitions, s.replication, topic_configs=s.configs) for s in specs]
    )
    return [
        f"{topic} was not created: {message or for_code(code).__name__}"
        for topic, code, message, *_ in answer.topic_errors
        # Another one was quicker with the same plan.
        if code not in (0, _ALREADY_EXISTS)
    ]


async def _grow(admin: AIOKafkaAdminClient, growths: Sequence[Growth]) -> list[str]:
    try:
        await admin.create_partitions({g.topic: NewPartitions(g.wanted) for g in growths})
    except KafkaError as error:
        return [str(error)]
    return []


async def _change(admin: AIOKafkaAdminClient, changes: Sequence[Change]) -> list[str]:
    # The request replaces all that was set for a topic, so what is to stay is sent along.
    answers = await admin.alter_configs(
        [ConfigResource(ConfigResourceType.TOPIC, c.topic, {**c.keep, **c.wanted}) for c in changes]
    )
    return [
        f"{topic} was not changed: {message or for_code(code).__name__}"
        for answer in answers
        for code, message, _type, topic in answer.resources
        if code
    ]


async def _wait_until_visible(admin: AIOKafkaAdminClient, plan: Plan) -> None:
    # A broker answers before all others, and it itself, have taken note.
    created = {spec.name for spec in plan.create}
    names = created | {growth.topic for growth in plan.grow} | {change.topic for change in plan.change}
    try:
        async with asyncio.timeout(VISIBLE_WITHIN_S):
            while True:
                if is_done(plan, await _existing(admin, names)):
                    return
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise TopicAdminError(
            f"accepted, but not to be seen after {VISIBLE_WITHIN_S:.0f} s: {'; '.join(plan.lines())}"
        ) from None
