"""The file of endpoints: everything that is wrong with it is told at once, with its line, and no secret."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from streams.cli import app
from streams.notify.endpoint import Endpoint, Format
from streams.notify.endpoints_file import EndpointsInvalid, read_endpoints
from streams.notify.notification import read
from streams.settings import read_secret
from tests.unit.streams.webhook_builders import SECRET, a_record, an_endpoint, an_event

VARIABLES = {
    "SLACK_URL": "https://hooks.slack.example/services/T0/B0/t0p-s3cr3t",
    "OPS_SECRET": SECRET,
    "SHORT": "whsec_c2hvcnQ=",
    "LOCAL": "http://127.0.0.1:8000/hook",
}
GOOD = """
endpoints:
  - name: leads
    format: slack
    url_env: SLACK_URL
    roles: [lead]
    teams: [billing, tier-2]
  - name: ops
    format: standard
    url: https://ops.example/hooks?x=1
    secret_env: OPS_SECRET
    topics: [breached]
    timeout: 3s
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def endpoints(text: str) -> tuple[Endpoint, ...]:
    file = Path("endpoints.yaml")
    file.write_text(text, encoding="utf-8")

    def secrets(name: str) -> SecretStr | None:
        return SecretStr(VARIABLES[name]) if name in VARIABLES else None

    return read_endpoints(file, teams=["billing", "tier-2"], secrets=secrets)


def problems(text: str) -> list[str]:
    with pytest.raises(EndpointsInvalid) as caught:
        endpoints(text)
    assert "t0p-s3cr3t" not in str(caught.value)
    return [str(problem) for problem in caught.value.problems]


def an_entry(**over: str) -> str:
    fields = {"name": "ops", "format": "teams", "url": "https://ops.example"} | over
    lines = [f"{name}: {value}" for name, value in fields.items() if value]
    return "endpoints:\n  - " + "\n    ".join(lines) + "\n"


@pytest.mark.usefixtures("folder")
def test_a_good_file() -> None:
    leads, ops = endpoints(GOOD)
    assert leads.url.get_secret_value() == VARIABLES["SLACK_URL"]
    assert (leads.name, leads.format, leads.host) == ("leads", Format.SLACK, "hooks.slack.example")
    assert (leads.roles, leads.teams, leads.topics) == ({"lead"}, {"billing", "tier-2"}, set())
    assert leads.timeout == timedelta(seconds=10)
    assert (ops.format, ops.timeout, len(ops.secrets), ops.is_local) == (
        Format.STANDARD,
        timedelta(seconds=3),
        1,
        False,
    )


@pytest.mark.usefixtures("folder")
def test_everything_that_is_wrong_is_told_at_once() -> None:
    found = problems("""
endpoints:
  - name: Leads
    format: slak
    url: http://ops.example/x
    teems: [billing]
  - name: ops
    format: standard
    url: https://user:t0p-s3cr3t@ops.example/
    url_env: SLACK_URL
    roles: [boss]
    topics: []
    teams: [biling]
    timeout: 5m
  - name: ops
    format: teams
    url_env: NOT_SET
    timeout: 5
  - hello
  - name: own
    format: standard
    url: "https://ops example"
    secret_env: SHORT
""")
    beginnings = [line.removeprefix("endpoints.yaml:") for line in found]
    for expected, line in zip(
        [
            "3:11: endpoint 'Leads' is not a plain name; write small letters",
            "4:13: unknown format 'slak'; did you mean 'slack'?",
            "5:10: http outside this machine is refused; write https, or 'allow_http: true'",
            "6:5: unknown key of an endpoint 'teems'; did you mean 'teams'?",
            "7:5: endpoint 'ops' has both 'url' and 'url_env'; give it one of the two",
            "7:5: endpoint 'ops' has no 'secret_env', so its receiver could not know who sent; name the",
            "11:13: unknown role 'boss'; use one of: lead, manager",
            "12:13: 'topics' is empty; leave it out for all, or name some",
            "13:13: unknown team 'biling'; did you mean 'billing'?",
            "14:14: too long for one request; write at most 1m",
            "15:11: a second endpoint 'ops'; give it another name",
            "17:14: the variable NOT_SET is not set; set it where `handoff notify` runs",
            "18:14: the timeout 5 has no unit; write a duration such as",
            "19:5: an endpoint is not a mapping; write lines of 'key: value'",
            "22:10: not a web address; write one that begins with https://",
            "23:17: the secret in SHORT has 5 bytes, not 24 to 64; write whsec_ and 24 to 64 random",
        ],
        beginnings,
        strict=True,
    ):
        assert line.startswith(expected)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1: is empty; begin with 'endpoints:' and a list"),
        ("endpoints: []", "1:12: there are no endpoints; add one, or unset the file"),
        ("endpoints: 5", "1:12: 'endpoints' is not a list"),
        ("webhooks: []", "1:1: the file has no 'endpoints'; add it"),
        ("endpoints: [", "1:13: not YAML"),
        (an_entry(format=""), "2:5: endpoint 'ops' has no 'format'; add it"),
        (an_entry(name=""), "2:5: the endpoint has no 'name'; add it"),
        (an_entry(url=""), "2:5: endpoint 'ops' has neither 'url' nor 'url_env'"),
        (an_entry(url="ftp://ops.example"), "4:10: not a web address"),
        (an_entry(url="ops.example"), "4:10: not a web address"),
        (an_entry(url="https://"), "4:10: not a web address"),
        (an_entry(url="https://ops.example:99999"), "4:10: not a web address"),
        (an_entry(url="http://127.0.0.1.example/"), "4:10: http outside this machine is refused"),
        (an_entry(url="https://u:t0p-s3cr3t@ops.example"), "4:10: the address holds a user or a password"),
        (an_entry(allow_http="maybe", url="http://ops.example"), "'allow_http' is neither true nor false"),
    ],
)
def test_what_is_wrong(text: str, problem: str) -> None:
    assert any(problem in found for found in problems(text)), problems(text)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "entry",
    [
        an_entry(url="http://localhost:8080/hook"),
        an_entry(url="http://[::1]:8080/hook"),
        an_entry(url="http://ops.example/hook", allow_http="true"),
        an_entry(url="", url_env="LOCAL"),
    ],
)
def test_http_where_it_may_be(entry: str) -> None:
    [endpoint] = endpoints(entry)
    assert endpoint.is_local == ("ops.example" not in endpoint.host)


@pytest.mark.usefixtures("folder")
def test_a_file_that_is_not_there() -> None:
    with pytest.raises(EndpointsInvalid, match=r"nowhere\.yaml:1:1: cannot be read: No such file"):
        read_endpoints(Path("nowhere.yaml"), teams=[], secrets=lambda name: None)
    Path("latin.yaml").write_bytes(b"# caf\xe9")
    with pytest.raises(EndpointsInvalid, match="it is not UTF-8"):
        read_endpoints(Path("latin.yaml"), teams=[], secrets=lambda name: None)


@pytest.mark.parametrize(
    ("filters", "is_wanted"),
    [
        ({}, True),
        ({"teams": frozenset({"billing", "tier-2"})}, True),
        ({"teams": frozenset({"tier-2"})}, False),
        ({"roles": frozenset({"lead"}), "topics": frozenset({"breached"})}, True),
        ({"roles": frozenset({"manager"})}, False),
        ({"topics": frozenset({"bounced"})}, False),
    ],
)
def test_filters(filters: dict[str, frozenset[str]], is_wanted: bool) -> None:
    told = read(a_record(an_event(team="billing", to_role="lead", topic="breached"))).told
    assert an_endpoint(**filters).wants(told) is is_wanted


def test_a_secret_comes_from_the_environment_or_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    (folder / "OPS_SECRET").write_text(f"{SECRET}\n")
    for name, value in (("OPS_SECRET", SECRET), ("OPS_SECRET", "whsec_new"), ("NOTHING", None)):
        if value == "whsec_new":
            monkeypatch.setenv("OPS_SECRET", value)
        found = read_secret(name)
        assert (found.get_secret_value() if found else None) == value


@pytest.mark.usefixtures("logging_stays_as_it_was")
def test_check_at_the_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    (folder / "e.yaml").write_text(GOOD)
    run = CliRunner().invoke(app, ["notify", "check", "e.yaml"])
    assert run.exit_code == 0, run.output
    assert "hooks.slack.example" in run.output
    assert "t0p-s3cr3t" not in run.output

    (folder / "e.yaml").write_text(an_entry(url="http://ops.example"))
    run = CliRunner().invoke(app, ["notify", "check", "e.yaml", "--json"])
    assert run.exit_code == 1
    [problem] = json.loads(run.stderr)["problems"]
    assert (problem["file"], problem["line"]) == ("e.yaml", 4)

    for command in (["notify"], ["notify", "check"], ["notify", "test", "ops"]):
        run = CliRunner().invoke(app, command)
        assert run.exit_code == 2
        assert "set HANDOFF_NOTIFY__ENDPOINTS" in run.stderr
    monkeypatch.setenv("HANDOFF_NOTIFY__ENDPOINTS", "e.yaml")
    (folder / "e.yaml").write_text(an_entry())
    run = CliRunner().invoke(app, ["notify", "test", "opps"])
    assert run.exit_code == 2
    assert "there is no endpoint 'opps'; did you mean 'ops'?" in run.stderr
