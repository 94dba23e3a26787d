"""What has to be done on a broker so that it has the topics of the table: decided here, done elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streams.topics.spec import TopicSpec


@dataclass(frozen=True, slots=True)
class Existing:
    """A topic as the broker has it."""

    partitions: int
    replication: int
    configs: Mapping[str, str] | None
    """All its settings; None when the broker does not tell."""
    own_configs: Mapping[str, str]
    """Those of its settings that were made for this topic."""
    is_usable: bool = True
    """Whether each partition has a leader."""


@dataclass(frozen=True, slots=True)
class Growth:
    """More partitions for a topic."""

    topic: str
    present: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Change:
    """Other settings for a topic."""

    topic: str
    present: Mapping[str, str | None]
    wanted: Mapping[str, str]
    keep: Mapping[str, str]
    """Settings that somebody else made for this topic, and that stay."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that differs and cannot be put right from here."""

    topic: str
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The difference between the table and a broker."""

    create: tuple[TopicSpec, ...] = ()
    grow: tuple[Growth, ...] = ()
    change: tuple[Change, ...] = ()
    in_order: tuple[str, ...] = ()
    cannot: tuple[Obstacle, ...] = ()

    @property
    def is_in_order(self) -> bool:
        """Whether nothing differs."""
        return not (self.create or self.grow or self.change or self.cannot)

    def lines(self) -> list[str]:
        """Return one line for each topic and what is to be done with it."""
        return [
            *(f"create  {spec.name}: {spec.partitions} partitions, {spec.configs}" for spec in self.create),
            *(
                f"grow    {growth.topic}: {growth.present} to {growth.wanted} partitions"
                for growth in self.grow
            ),
            *(
                f"change  {change.topic}: {name} {change.present.get(name)} to {value}"
                for change in self.change
                for name, value in change.wanted.items()
            ),
            *(f"ok      {topic}" for topic in self.in_order),
            *(f"cannot  {obstacle.topic}: {obstacle.why}" for obstacle in self.cannot),
        ]


def compare(table: Sequence[TopicSpec], broker: Mapping[str, Existing]) -> Plan:
    """Return what has to be done so that `broker` has the topics of `table`; other topics are left alone."""
    create: list[TopicSpec] = []
    grow: list[Growth] = []
    change: list[Change] = []
    in_order: list[str] = []
    cannot: list[Obstacle] = []
    for spec in table:
        existing = broker.get(spec.name)
        if existing is None:
            create.append(spec)
            continue
        obstacles = [Obstacle(spec.name, why) for why in _obstacles(spec, existing)]
        cannot += obstacles
        if existing.partitions < spec.partitions:
            grow.append(Growth(spec.name, existing.partitions, spec.partitions))
        wanted = _changes(spec, existing)
        if wanted:
            assert existing.configs is not None
            present = {name: existing.configs.get(name) for name in wanted}
            keep = {name: value for name, value in existing.own_configs.items() if name not in wanted}
            change.append(Change(spec.name, present, wanted, keep))
        if not obstacles and not wanted and existing.partitions == spec.partitions:
            in_order.append(spec.name)
    cannot += _uneven(table, broker)
    return Plan(tuple(create), tuple(grow), tuple(change), tuple(in_order), tuple(cannot))


def is_done(plan: Plan, broker: Mapping[str, Existing]) -> bool:
    """Tell whether what `plan` lists can be seen on the broker."""
    return (
        all(spec.name in broker and broker[spec.name].is_usable for spec in plan.create)
        and all(
            broker[growth.topic].partitions >= growth.wanted and broker[growth.topic].is_usable
            for growth in plan.grow
        )
        and all(
            change.wanted.items() <= (broker[change.topic].configs or {}).items() for change in plan.change
        )
    )


def _changes(spec: TopicSpec, existing: Existing) -> dict[str, str]:
    if existing.configs is None:
        return {}
    return {name: value for name, value in spec.configs.items() if existing.configs.get(name) != value}


def _obstacles(spec: TopicSpec, existing: Existing) -> list[str]:
    found = []
    if existing.partitions > spec.partitions:
        found.append(
            f"it has {existing.partitions} partitions and cannot shrink to {spec.partitions}; "
            f"ask for {existing.partitions}, or delete it once it is read to its end"
        )
    if existing.replication != spec.replication:
        found.append(
            f"it has {existing.replication} copies, not {spec.replication}; "
            "move them with kafka-reassign-partitions"
        )
    if existing.configs is None:
        found.append("the broker does not tell its settings; compare them by hand")
    return found


def _uneven(table: Sequence[TopicSpec], broker: Mapping[str, Existing]) -> list[Obstacle]:
    counts = {
        spec.name: max(spec.partitions, broker[spec.name].partitions if spec.name in broker else 0)
        for spec in table
        if spec.is_for_workers
    }
    most = max(counts.values(), default=0)
    return [
        Obstacle(name, f"it would have {count} partitions and another in-topic {most}; ask for {most}")
        for name, count in counts.items()
        if count < most
    ]
