"""The fault suite, small: the same tests and the same checker as `make faults`, with a kill or two each."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from bench.faults.hunt import hunt
from bench.faults.scale import SMALL
from bench.faults.site import Site, site
from bench.faults.suite import TESTS
from bench.faults.tamper import forge_all
from tests.servers.jars import java_is_there

pytestmark = [pytest.mark.apache_kafka, pytest.mark.postgres]

SEED = int(os.environ.get("FAULTS_SEED", "1"))


@pytest.fixture(scope="module")
def here() -> Iterator[Site]:
    """Servers of our own, since some tests kill them: no container and no address will do."""
    if not java_is_there():
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up("needs Java 17 and Maven, for a broker that can be killed")
    with site() as servers:
        yield servers


@pytest.mark.parametrize("name", TESTS)
async def test_nothing_is_lost_and_nothing_is_doubled(here: Site, name: str) -> None:
    verdict = await TESTS[name](here, SMALL, SEED)

    assert verdict.broken == {}, f"seed {SEED}"
    assert (verdict.lost, verdict.duplicates, verdict.extra) == (0, 0, 0)
    assert verdict.sent > 0


@pytest.mark.parametrize(
    "mutant",
    ["no-inbox", "no-read-back", "no-fence", "no-inbox, after a lost answer", "no-claim", "arrival-counts"],
)
async def test_a_system_without_its_guarantee_is_found_out(here: Site, mutant: str) -> None:
    found = await hunt(here, mutant, SEED)

    assert found["killed"], found


async def test_the_checker_sees_forged_evidence(here: Site) -> None:
    found = await forge_all(here, SMALL, SEED)

    assert [what for what, each in found.items() if not each["killed"]] == []
