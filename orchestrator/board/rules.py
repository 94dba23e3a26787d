"""The rules that a handoff is under, which may be older than those in force."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.handoff import Handoff
from orchestrator.domain.policy import Kind, Policy
from orchestrator.ledger import reading


async def remember(policy: Policy, db: AsyncConnection, versions: Iterable[str]) -> None:
    """Make sure that `policy` knows these versions of the rules.

    Raises:
        LookupError: one was never stored.
    """
    for version in versions:
        if not policy.knows(version):
            rules = await reading.rules_of(db, version)
            if rules is None:
                raise LookupError(f"policy version {version} is stamped on a handoff, but was never stored")
            policy.remember(rules)


async def kind_of(policy: Policy, db: AsyncConnection, handoff: Handoff) -> Kind:
    """Return the kind of a handoff, as it is under the handoff's rules."""
    await remember(policy, db, [handoff.policy_version])
    return policy.kind_of(handoff.kind, handoff.policy_version)
