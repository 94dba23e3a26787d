"""integration_map.yaml: the packaged one, and everything that can be wrong with one."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest
from ruamel.yaml import YAML

from handoff_templates import load, map_schema
from handoff_templates.folder import HOME
from handoff_templates.map_file import FILE
from handoff_templates.map_places import places_of
from orchestrator.domain.context.subjects import Subject
from orchestrator.domain.integration_map.checks import findings
from orchestrator.domain.integration_map.model import QUARTER, IntegrationMap
from orchestrator.domain.integration_map.sources import sources_of
from orchestrator.domain.policy import Rules
from tests.unit.handoff_templates.sets import a_set, replace, told, write

MAP = """\
owners:
  ops: {name: Support Ops, contact: ops@example.com}
  it: {name: IT}
outside:
  warehouse: Data warehouse
systems:
  crm:
    name: CRM
    purpose: Accounts
    owner: ops
    downstream: [desk]
    connection_types: [cdc]
    sync_frequency: scheduled
  desk:
    name: Desk
    purpose: Cases
    owner: ops
    layer: core
    upstream: [crm]
    sync_frequency: real-time
flows:
  accounts:
    name: Accounts
    source: crm
    destination: desk
    data: [account id, tier]
    timing: scheduled
    every: 1h
    via: api
    mapping: {Acct.Id: account_id}
    feeds: [account.name, contract.tier]
    fields: {account.segment: text}
    warn_after: 2h
    error_after: 4h
    fallback: Look into the CRM.
  history:
    name: History
    source: desk
    destination: crm
    data: [case counts]
    direction: two-way
    reason: Both count.
    timing: event-driven
workflows:
  lookup:
    name: Account lookup
    systems: [crm, desk]
    flows: [accounts]
    owner: it
    impact: Nobody knows whose case it is.
    priority: high
    teams: [chat]
    kinds: [to-billing]
connections:
  - systems: [desk, crm]
    business_owner: ops
    technical_owner: it
    records: {account: crm}
    reviewed_on: 2026-05-01
field_owners:
  contract.tier: crm
review: {every: 30d, last: 2026-05-02}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a set with a map and a kind `to-billing`."""
    write(a_set(tmp_path), FILE, MAP)
    return tmp_path


class TestReading:
    def test_all_of_it_is_read(self, folder: Path) -> None:
        map = load(folder).rules.integration_map
        flow = map.flows["accounts"]
        assert (flow.source, flow.destination, flow.data) == ("crm", "desk", ("account id", "tier"))
        assert (flow.every, flow.warn_after) == (timedelta(hours=1), timedelta(hours=2))
        assert flow.fields == {"account.name": "text", "contract.tier": "code", "account.segment": "text"}
        assert flow.mapping == {"Acct.Id": "account_id"}
        assert map.workflows["lookup"].kinds == ("to-billing",)
        assert map.connections["crm+desk"].records == {"account": "crm"}
        assert map.connections["crm+desk"].reviewed_on == date(2026, 5, 1)
        assert map.owners["it"].contact is None
        assert map.field_owners == {"contract.tier": "crm"}
        assert map.review.every == timedelta(days=30)

    def test_a_set_without_a_map_has_an_empty_one(self, tmp_path: Path) -> None:
        assert load(a_set(tmp_path)).rules.integration_map == IntegrationMap()

    def test_the_map_is_part_of_the_version_and_is_stored_with_the_rules(self, folder: Path) -> None:
        before = load(folder).rules
        replace(folder, FILE, "warn_after: 2h", "warn_after: 3h")
        after = load(folder).rules
        assert before.version != after.version
        assert type(after).model_validate_json(after.model_dump_json()) == after

    def test_fields_of_the_set_s_own_may_be_fed(self, folder: Path) -> None:
        replace(folder, FILE, "[account.name, contract.tier]", "[account.name, contract.tier, usage.robots]")
        assert [line for line in told(folder) if "unknown field 'usage.robots'" in line]
        write(
            folder,
            "context.yaml",
            "own_fields: {usage.robots: {type: number, label: Robots}}\nfields: [usage.robots]\n",
        )
        assert told(folder) == []
        assert load(folder).rules.integration_map.flows["accounts"].fields["usage.robots"] == "number"

    def test_places_lead_to_each_part(self, folder: Path) -> None:
        places = places_of(folder)
        lines = MAP.splitlines()
        for where in (("systems", "desk"), ("flows", "accounts"), ("owners", "it"), ("review",)):
            place = places[where]
            assert lines[place.line - 1][place.column - 1 :].startswith(f"{where[-1]}:")
        assert lines[places["connections", "crm+desk"].line - 1].strip() == "- systems: [desk, crm]"

    def test_a_set_without_a_map_has_no_places(self, tmp_path: Path) -> None:
        assert places_of(a_set(tmp_path)) == {}


class Wrong(NamedTuple):
    """A change to `MAP`, and what is said of it."""

    old: str
    new: str
    at: str
    """What stands where the problem is noted."""
    problem: str


WRONG = [
    Wrong("source: crm", "source: crn", "crn", "unknown system 'crn'; did you mean 'crm'?"),
    Wrong(
        "flows: [accounts]", "flows: [acounts]", "acounts", "unknown flow 'acounts'; did you mean 'accounts'?"
    ),
    Wrong(
        "two-way\n    reason: Both count.",
        "two-way",
        "two-way",
        "flow 'history' is two-way without a 'reason'; say",
    ),
    Wrong(
        "two-way", "one-way", "Both count", "'reason' says why a flow is two-way, and 'history' is one-way"
    ),
    Wrong("    owner: it\n", "", "name: Account lookup", "workflow 'lookup' has no 'owner'; add it"),
    Wrong(
        "    technical_owner: it\n",
        "",
        "systems: [desk, crm]",
        "the connection has no 'technical_owner'; add",
    ),
    Wrong("owner: it", "owner: its", "its", "unknown owner 'its'; did you mean 'it'?"),
    Wrong("teams: [chat]", "teams: [chatt]", "chatt", "unknown team 'chatt'; did you mean 'chat'?"),
    Wrong(
        "kinds: [to-billing]",
        "kinds: [to-bill]",
        "to-bill]",
        "unknown kind 'to-bill'; did you mean 'to-billing'",
    ),
    Wrong(
        "[account.name,",
        "[account.nam,",
        "account.nam,",
        "unknown field 'account.nam'; did you mean 'account.name'",
    ),
    Wrong(
        "error_after: 4h",
        "error_after: 90m",
        "90m",
        "'error_after' 1h30m does not come after 'warn_after' 2h",
    ),
    Wrong(
        "warn_after: 2h",
        "warn_after: 60m",
        "60m",
        "'warn_after' 1h is over before the flow runs again after 1h",
    ),
    Wrong(
        "warn_after: 2h", "warn_after: soon", "soon", "the warn_after 'soon' is not a duration; write days"
    ),
    Wrong(
        "4h\n",
        "4h\n    keeps: 119m\n",
        "119m",
        "'keeps' 1h59m is no longer than 'warn_after' 2h; take it away",
    ),
    Wrong(
        "    every: 1h\n",
        "",
        "scheduled\n    via",
        "flow 'accounts' is scheduled; say with 'every' how often",
    ),
    Wrong(
        "event-driven", "event-driven\n    every: 2m", "2m", "flow 'history' is event-driven; 'every' is for"
    ),
    Wrong(
        "event-driven", "event-driven\n    warn_after: 2m", "2m", "flow 'history' feeds no field, so nothing"
    ),
    Wrong(
        "  history:",
        "  accounts:",
        "accounts:\n    name: History",
        "duplicate key 'accounts', first on line 2",
    ),
    Wrong(
        "  history:",
        "  crm:",
        "crm:\n    name: History",
        "flow 'crm' has the name of a system on line 7; give",
    ),
    Wrong(
        "warehouse: Data",
        "desk: Data",
        "desk: Data",
        "outside party 'desk' has the name of a system on line 14",
    ),
    Wrong(
        "destination: desk", "destination: crm", "crm\n    data", "flow 'accounts' ends where it begins; name"
    ),
    Wrong("data: [case counts]", "data: []", "[]", "flow 'history' moves no data; say what it moves"),
    Wrong("[desk, crm]", "[desk, desk]", "[desk, desk]", "a connection is between two systems; name both"),
    Wrong(
        "{account: crm}",
        "{account: bi}",
        "bi}",
        "unknown system of this connection 'bi'; use one of: crm, desk",
    ),
    Wrong(
        "2026-05-01",
        "2026-02-30",
        "2026-02-30",
        "'reviewed_on' '2026-02-30' is not a date; write one such as",
    ),
    Wrong(
        "tier: crm",
        "tire: crm",
        "contract.tire",
        "unknown field 'contract.tire'; did you mean 'contract.tier'?",
    ),
    Wrong("tier: crm", "tier: hous", "hous\n", "unknown system 'hous'; use one of: crm, desk"),
    Wrong(
        "  desk:\n",
        "  Desk!:\n",
        "Desk!",
        "system 'Desk!' is not a plain name; write small letters and digits",
    ),
    Wrong("  it: {", f"  {'i' * 64}: {{", "iii", "owner 'iiiiiiii"),
    Wrong("[cdc]", "[ccd]", "ccd", "unknown connection type 'ccd'; did you mean 'cdc'?"),
    Wrong("    purpose: Cases\n", "", "name: Desk", "system 'desk' has no 'purpose'; add it"),
    Wrong("layer: core", "layer: cores", "cores", "unknown layer 'cores'; did you mean 'core'?"),
    Wrong("segment: text", "segment: txt", "txt", "unknown type 'txt'; did you mean 'text'?"),
    Wrong("    via: api", "    vai: api", "vai", "unknown key of flow 'accounts' 'vai'; did you mean 'via'?"),
    Wrong("every: 30d", "every: 30", "30,", "the every 30 has no unit; write a duration such as 15m"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.problem)
def test_what_is_refused(folder: Path, wrong: Wrong) -> None:
    text = MAP.replace(wrong.old, wrong.new, 1)
    before = text[: text.index(wrong.at)]
    place = f"{FILE}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    write(folder, FILE, text)
    assert any(line.startswith(f"{place}: {wrong.problem}") for line in told(folder)), (place, told(folder))


def test_data_that_goes_in_a_ring(folder: Path) -> None:
    replace(folder, FILE, "data: [case counts]", "data: [case counts, Tier]")
    replace(folder, FILE, "    direction: two-way\n    reason: Both count.\n", "")
    (problem,) = told(folder)
    assert re.match(rf"{FILE}:(22|36):3: 'tier' goes in a ring: ", problem), problem
    assert "take it out of one of these flows" in problem


def test_a_connection_that_stands_there_twice(folder: Path) -> None:
    text = (folder / FILE).read_text(encoding="utf-8")
    start, end = text.index("  - systems"), text.index("field_owners")
    write(folder, FILE, text[:end] + text[start:end].replace("[desk, crm]", "[crm, desk]") + text[end:])
    assert told(folder) == [
        f"{FILE}:60:5: the connection of 'crm' and 'desk' is on line 55 already; keep one of the two"
    ]


def test_a_flow_that_has_nothing_to_do_with_its_workflow(folder: Path) -> None:
    replace(folder, FILE, "systems: [crm, desk]\n    flows", "systems: [phone]\n    flows")
    replace(
        folder,
        FILE,
        "systems:\n  crm:",
        "systems:\n  phone: {name: P, purpose: p, owner: ops, sync_frequency: manual}\n  crm:",
    )
    (problem,) = told(folder)
    assert problem.startswith(
        f"{FILE}:49:13: flow 'accounts' goes from 'crm' to 'desk', neither of which is among"
    )


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    for old, new in (
        ("source: crm", "source: crn"),
        ("owner: it", "owner: its"),
        ("teams: [chat]", "teams: [x]"),
    ):
        text = (folder / FILE).read_text(encoding="utf-8")
        write(folder, FILE, text.replace(old, new, 1))
    assert len(told(folder)) >= 3


@pytest.mark.parametrize("section", ["owners", "systems"])
def test_a_missing_section_is_told_once_and_not_for_each_name(folder: Path, section: str) -> None:
    text = re.sub(rf"^{section}:\n(?:  .*\n)+", "", MAP, flags=re.MULTILINE)
    write(folder, FILE, text)
    assert [line for line in told(folder) if "unknown" in line] == []
    assert f"{FILE}:1:1: {FILE} has no {section!r}; add it" in told(folder)


def test_unreadable_teams_are_not_held_against_the_map(folder: Path) -> None:
    write(folder, "teams.yaml", "chat: [")
    assert [line for line in told(folder) if line.startswith(FILE)] == []


@pytest.fixture(scope="module")
def packaged() -> Rules:
    return load().rules


@pytest.fixture(scope="module")
def map(packaged: Rules) -> IntegrationMap:
    return packaged.integration_map


class TestPackaged:
    def test_it_draws_the_whole_stack(self, map: IntegrationMap) -> None:
        assert len(map.systems) == 10
        assert len(map.workflows) == 5
        between = {(flow.source, flow.destination) for flow in map.flows.values()}
        assert between >= {
            ("crm", "ticketing"),
            ("billing", "ticketing"),
            ("telemetry", "ticketing"),
            ("ticketing", "escalation-tools"),
            ("ticketing", "crm"),
            ("billing", "warehouse"),
        }
        assert map.connections.keys() >= {
            "crm+ticketing", "billing+ticketing", "escalation-tools+ticketing", "crm+telemetry",
        }  # fmt: skip
        for system in map.systems.values():
            assert system.purpose
            assert system.upstream
            assert system.downstream
            assert system.connection_types

    def test_every_field_that_a_team_sees_has_a_source(self, packaged: Rules) -> None:
        sources = sources_of(packaged.integration_map)
        seen = {field for team in packaged.teams for field in packaged.context.seen_by(team)}
        assert seen - sources.keys() == set()
        for field in seen:
            assert sources[field].flow
            assert sources[field].owner
            assert sources[field].fallback
            assert sources[field].warn_after

    def test_every_subject_is_fed(self, map: IntegrationMap) -> None:
        fed = {field.partition(".")[0] for field in sources_of(map)}
        assert fed == set(Subject)

    def test_nothing_of_it_has_to_be_corrected_while_its_reviews_are_young(self, map: IntegrationMap) -> None:
        dates = [each.reviewed_on for each in map.connections.values() if each.reviewed_on]
        today = min([*dates, map.review.last or date.max]) + QUARTER
        warnings = [
            f for f in findings(map, today=today) if f.weight == "warning" and "yet to come" not in f.message
        ]
        assert warnings == []


class TestSchema:
    def test_the_committed_schema_is_what_the_code_says(self) -> None:
        assert map_schema.is_current(), "run `handoff map schema`"

    def test_the_packaged_map_names_it_and_keeps_to_it(self) -> None:
        text = (HOME / FILE).read_text(encoding="utf-8")
        assert text.startswith(f"# yaml-language-server: $schema={map_schema.FILE}\n")
        assert self.problems(text) == []

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("source: crm", "sauce: crm"),
            ("layer: core", "layer: cor"),
            ("warn_after: 2h", "warn_after: 2 weeks"),
        ],
    )
    def test_what_the_loader_refuses_an_editor_refuses(self, old: str, new: str) -> None:
        assert self.problems(MAP) == []
        assert self.problems(MAP.replace(old, new)) != []

    def test_every_key_is_explained(self) -> None:
        schema = json.loads(map_schema.rendered())
        for definition in (schema, *(d for d in schema["$defs"].values() if "properties" in d)):
            for name, key in definition["properties"].items():
                assert key.get("description"), name

    def problems(self, text: str) -> list[str]:
        # A date is a word to JSON.
        data = json.loads(json.dumps(YAML(typ="safe").load(text), default=str))
        validator = jsonschema.Draft202012Validator(json.loads(map_schema.rendered()))
        return [error.message for error in validator.iter_errors(data)]

    def test_it_can_be_written_elsewhere(self, tmp_path: Path) -> None:
        assert not map_schema.is_current(tmp_path)
        map_schema.write(tmp_path)
        assert map_schema.is_current(tmp_path)
