"""`handoff whatif`: what a policy would have made of past events."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.text import Text

from handoff_templates import load
from orchestrator.domain.policy import Rules
from streams.cli.errors import BadInput, WrongUsage
from streams.cli.output import Json, emit, note, out, table
from streams.cli.places import read
from whatif import LogUnreadable, MappingInvalid, Replay, read_mapping, replay
from whatif.page import page_of
from whatif.report import Policies, report_of
from whatif.tables import tables
from whatif.words import headline, remarks

_TABLES: Final = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
_SMALL_BYTES: Final = 4_000_000
_MOST_PROCESSES: Final = 8
_ROWS_ON_PAGE: Final = 15


def whatif(
    log: Annotated[
        Path,
        typer.Argument(
            help="Past events: CloudEvents, one a line, as `handoff send` takes them, or a table with a "
            "--mapping; gzipped or not. - reads stdin.",
            metavar="LOG",
        ),
    ],
    policy: Annotated[
        Path | None,
        typer.Option(
            help="The folder of rules to try; without it, the one that the settings name.", metavar="DIR"
        ),
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="A folder of rules to compare it with.", metavar="DIR")
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option(
            help="What the columns of a table mean: a YAML file, or the name of a packaged one (volvo).",
            metavar="FILE",
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            help="Look no further: ISO 8601, UTC where it has no offset. Without it, up to the last event.",
            metavar="TIME",
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(help="Also write a page with charts, which needs nothing else.", metavar="FILE"),
    ] = None,
    top: Annotated[int, typer.Option(help="How many rows long tables show.", min=1, metavar="N")] = 10,
    processes: Annotated[
        int | None,
        typer.Option(
            help="How many share the work; without it, as many as are worth it.", min=1, metavar="N"
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Replay past events under another policy: what would have breached, who would have been warned.

    Who asked whom and who accepted when stay as they were; clocks, warnings and hints of the routing are
    derived anew. Needs no Kafka and no database. A bad row is named and passed over.
    """
    after = load(policy or read().templates).rules
    before = load(against).rules if against is not None else None
    found = _replay(log, after, before, mapping, _instant(until), processes or _usual_processes(log))
    report = report_of(
        found,
        log=log.name or str(log),
        policies=Policies(_named(policy, after), _named(against, before) if before is not None else None),
    )
    if html is not None:
        try:
            html.write_text(page_of(report, top=_ROWS_ON_PAGE), encoding="utf-8")
        except OSError as error:
            raise BadInput(f"cannot write {html}: {error.strerror}") from None
    if as_json:
        emit(report)
        return
    console = out()
    console.print(Text(headline(report), style="bold"))
    for name in ("before", "after"):
        if report["policies"][name]:
            console.print(Text(f"{name if before is not None else 'policy'}: {report['policies'][name]}"))
    for text in remarks(report):
        console.print(Text(f"- {text}"))
    for each in tables(report, top):
        console.print()
        table(each.title, each.columns, each.rows)
    if html is not None:
        note(f"the page is in {html}")


def _replay(
    log: Path, after: Rules, before: Rules | None, mapping: str | None, until: datetime | None, processes: int
) -> Replay:
    if mapping is None and log.name.lower().endswith(_TABLES):
        raise WrongUsage(f"{log.name} is a table: say with --mapping what its columns mean (docs/what-if.md)")
    try:
        chosen = read_mapping(mapping) if mapping is not None else None
        found = replay(log, after, against=before, mapping=chosen, until=until, processes=processes)
    except MappingInvalid as error:
        raise BadInput(str(error), problems=[problem._asdict() for problem in error.problems]) from None
    except LogUnreadable as error:
        raise BadInput(str(error)) from None
    if found.until is None or not found.log.events:
        facts = found.log
        first = [f"  line {bad.line}: {bad.message} ({bad.code})" for bad in facts.bad_rows[:5]]
        rows = f"{facts.rows:,} rows, {facts.bad:,} of them bad"
        raise BadInput("\n".join([f"{log} tells of no handoff: {rows}", *first]))
    return found


def _usual_processes(log: Path) -> int:
    """Return how many are worth it: each one has to start, and to read the whole log for its share."""
    try:
        is_small = log.stat().st_size < _SMALL_BYTES
    except OSError:
        return 1
    return 1 if is_small else min(os.cpu_count() or 1, _MOST_PROCESSES)


def _named(folder: Path | None, rules: Rules) -> str:
    return f"{folder or read().templates or 'the packaged one'}, version {rules.version}"


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUsage(f"--until {text!r} is not ISO 8601, such as 2026-03-31T18:00Z") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
