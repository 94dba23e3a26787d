from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.model import Priority, Severity
from orchestrator.domain.summary.engineering import brief_engineering
from orchestrator.domain.summary.logs import trim_logs
from tests.builders import a_request, an_escalation
from tests.unit.domain.properties import PROPERTY

TABLE = {Priority.URGENT: Severity.SEV1, Priority.HIGH: Severity.SEV2, Priority.NORMAL: Severity.SEV3}


def info(count: int, start: int = 0) -> list[str]:
    return [f"09:{n // 60:02}:{n % 60:02} INFO request {n} done" for n in range(start, start + count)]


def test_the_senders_severity_comes_before_the_table() -> None:
    brief = brief_engineering(an_escalation(severity=Severity.SEV4), severities=TABLE)
    assert (brief.severity, brief.severity_from, brief.incident) == ("sev4", "sender", "INC-42")
    assert brief.logs is not None
    assert brief.logs.text == "09:00:00 ERROR mailer timeout"
    mapped = brief_engineering(an_escalation(severity=None, priority=Priority.URGENT), severities=TABLE)
    assert (mapped.severity, mapped.severity_from) == ("sev1", "priority")
    unknown = brief_engineering(a_request(priority=Priority.LOW, logs="  \n"), severities=TABLE)
    assert (unknown.severity, unknown.severity_from, unknown.logs) == (None, None, None)


def test_lines_around_the_error_are_kept_and_the_rest_is_counted() -> None:
    lines = [*info(100), "09:05:00 ERROR mailer timeout", *info(50, 100)]
    trimmed = trim_logs("\n".join(lines), at_most=10, around=2)
    assert trimmed.text.splitlines() == [
        "… 98 lines left out …",
        *lines[98:103],
        "… 48 lines left out …",
    ]
    assert (trimmed.lines, trimmed.left_out, trimmed.errors) == (151, 146, 1)


def test_a_traceback_shows_where_it_begins_and_what_it_ended_with() -> None:
    frames = [line for n in range(40) for line in (f'  File "app.py", line {n}, in f', "    call()")]
    lines = [*info(30), "Traceback (most recent call last):", *frames, "ValueError: no such plan", *info(30)]
    text = trim_logs("\n".join(lines), at_most=20).text
    assert "Traceback (most recent call last):" in text
    assert "ValueError: no such plan" in text


def test_each_kind_of_error_is_shown_before_more_of_the_same() -> None:
    lines = []
    for n in range(200):
        lines += [f"09:00:{n % 60:02} ERROR retry {n} failed", f"waiting {n}"]
    lines[200] = "09:01:00 FATAL disk full"
    text = trim_logs("\n".join(lines), at_most=15).text
    assert "FATAL disk full" in text
    assert "ERROR retry 0 failed" in text
    assert "ERROR retry 199 failed" in text


@pytest.mark.parametrize(
    "line",
    [
        '10.0.0.1 - "GET /x HTTP/1.1" 503 12',
        "HTTP/1.1 502 Bad Gateway",
        "upstream status=500",
        "status_code: 504",
        "the server returned 500",
        "java.lang.NullPointerException: x",
        "panic: runtime error",
        "kernel: Out of memory: killed process",
        "Unhandled promise rejection",
    ],
)
def test_what_tells_of_an_error(line: str) -> None:
    assert trim_logs(line).errors == 1


@pytest.mark.parametrize(
    "line",
    [
        "took 512 ms on port 5000",
        "09:00:00.503 INFO ok",
        "build done, 0 errors",
        "finished without errors",
        "errors=0 warnings=3",
        'GET "/x" HTTP/1.1 200 512',
    ],
)
def test_what_does_not(line: str) -> None:
    assert trim_logs(line).errors == 0


def test_without_an_error_the_last_lines_are_shown() -> None:
    trimmed = trim_logs("\n".join(info(100)), at_most=5)
    assert trimmed.text.splitlines() == ["… 96 lines left out …", *info(100)[96:]]
    assert trimmed.errors == 0


def test_a_line_without_end_is_cut() -> None:
    text = trim_logs("ERROR " + "x" * 90_000).text
    assert len(text) < 500
    assert text.endswith("…")


LINES = st.lists(
    st.sampled_from(
        ("INFO fine", "ERROR one", "ERROR two 17", "  at f(x)", "Traceback", "", "HTTP/1.1 500 x")
    ),
    max_size=80,
)


@PROPERTY
@given(LINES, st.integers(3, 30), st.integers(0, 4))
def test_every_line_is_shown_in_order_or_counted_and_no_more_than_asked(
    lines: list[str], at_most: int, around: int
) -> None:
    trimmed = trim_logs("\n".join(lines), at_most=at_most, around=around)
    told = trimmed.text.split("\n") if trimmed.text else []
    shown = [line for line in told if not line.startswith("…")]
    left_out = sum(int(line.split()[1]) for line in told if line.startswith("…"))
    assert trimmed.left_out == left_out
    assert len(told) <= at_most
    if trimmed.left_out:
        assert len(shown) + left_out == trimmed.lines
    remaining = iter(lines)
    assert all(line in remaining for line in shown)
    if trimmed.errors:
        assert any(word in trimmed.text for word in ("ERROR", "Traceback", "HTTP"))
