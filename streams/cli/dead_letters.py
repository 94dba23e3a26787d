"""`handoff dead-letters`: what was given up, and how it gets another chance."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.text import Text

from orchestrator.ledger import reading
from orchestrator.ledger.reading import BuriedHere
from streams.cli.errors import BadInput, WrongUsage
from streams.cli.lines import full_time
from streams.cli.output import Json, emit, note, out, table
from streams.cli.places import dsn_of, find, kafka_of
from streams.cli.replay import replay as replay_them
from streams.cli.running import run
from streams.feed.records import printable
from streams.kafka.tolerant_records import sendable

app = typer.Typer(
    help="Look at messages that were given up, and send them again once the cause is mended.",
    no_args_is_help=True,
)

Numbers = Annotated[list[int] | None, typer.Argument(help="Numbers, as list shows them.", metavar="[ID]...")]
Code = Annotated[str | None, typer.Option(help="Only those with this reason code.", metavar="CODE")]


@app.command("list")
def list_(
    code: Code = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those that were replayed.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: Json = False,
) -> None:
    """List dead letters, the newest first."""

    async def work() -> tuple[list[BuriedHere], dict[str, int]]:
        async with reading.reading(dsn_of(find())) as db:
            found = await reading.dead_letter_list(db, code=code, waiting_only=not everything, limit=limit)
            return found, await reading.dead_letter_codes(db)

    letters, codes = run(work())
    if as_json:
        for letter in letters:
            emit(_as_json(letter))
        return
    if not letters:
        out().print("no dead letters" + (f" with code {code}" if code else ""))
    else:
        table("", ("id", "when", "code", "why", "replayed"), [_row(letter) for letter in letters])
    if codes:
        note("waiting: " + ", ".join(f"{count} {name}" for name, count in codes.items()))


@app.command()
def show(
    number: Annotated[int, typer.Argument(help="The number, as list shows it.", metavar="ID")],
    as_json: Json = False,
) -> None:
    """Show one dead letter: why it died, where it stood, its headers and its value."""
    letter = run(_load(dsn_of(find()), [number]))[0]
    if as_json:
        emit(_as_json(letter, in_full=True))
        return
    origin = letter.buried.letter.origin
    console = out()
    for label, value in (
        ("dead letter", str(number)),
        ("code", letter.buried.letter.code),
        ("why", letter.buried.letter.message),
        ("when", full_time(letter.buried.failed_at)),
        ("replayed", full_time(letter.replayed_at) if letter.replayed_at else "no"),
        ("stood at", f"{origin.topic}, partition {origin.partition}, offset {origin.offset}"),
        ("key", _words(origin.key)),
        *((f"  {sendable(name)}", _words(header)) for name, header in origin.headers),
    ):
        console.print(Text.assemble((f"{printable(label):<20} ", "dim"), printable(value)))
    console.print(Text(_pretty(origin.value)))
    note(f"once the cause is mended: handoff dead-letters replay {number}")


@app.command()
def replay(
    numbers: Numbers = None,
    everything: Annotated[bool, typer.Option("--all", help="All that were not replayed yet.")] = False,
    code: Code = None,
    as_json: Json = False,
) -> None:
    """Send dead letters to their original topics again, as they came.

    Mend the cause first: what is wrong with the message itself stays wrong, and dies again.
    """
    if bool(numbers) == everything:
        raise WrongUsage("say which: their ids, or --all (with --code for those of one reason)")
    if numbers and code:
        raise WrongUsage("--code goes with --all")
    settings = find()
    dsn, kafka = dsn_of(settings), kafka_of(settings)

    async def work() -> int:
        letters = await _load(dsn, numbers, code)
        return await replay_them(letters, dsn, kafka, idempotent=settings.kafka.idempotent, quiet=as_json)

    done = run(work())
    if as_json:
        emit({"replayed": done})
    else:
        out().print(f"replayed {done} {'dead letter' if done == 1 else 'dead letters'}")


async def _load(dsn: str, numbers: list[int] | None, code: str | None = None) -> list[BuriedHere]:
    async with reading.reading(dsn) as db:
        found = await reading.dead_letter_list(db, numbers=numbers, code=code, waiting_only=not numbers)
    unknown = sorted(set(numbers or ()) - {letter.number for letter in found})
    if unknown:
        names = ", ".join(map(str, unknown))
        raise BadInput(f"there is no dead letter {names}; `handoff dead-letters list --all` shows all")
    return found


def _row(letter: BuriedHere) -> tuple[str, ...]:
    return (
        str(letter.number),
        full_time(letter.buried.failed_at),
        letter.buried.letter.code,
        printable(letter.buried.letter.message),
        full_time(letter.replayed_at) if letter.replayed_at else "no",
    )


def _as_json(letter: BuriedHere, *, in_full: bool = False) -> dict[str, Any]:
    origin = letter.buried.letter.origin
    told = {
        "id": letter.number,
        "failed_at": letter.buried.failed_at.isoformat(),
        "code": letter.buried.letter.code,
        "message": letter.buried.letter.message,
        "topic": origin.topic,
        "partition": origin.partition,
        "offset": origin.offset,
        "key": _text(origin.key),
        "replayed_at": letter.replayed_at.isoformat() if letter.replayed_at else None,
    }
    if in_full:
        told |= {"headers": {sendable(n): _text(v) for n, v in origin.headers}, "value": _text(origin.value)}
    return told


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode(errors="replace")


def _words(value: bytes | None) -> str:
    return "none" if value is None else printable(value.decode(errors="replace")) or "empty"


def _pretty(value: bytes | None) -> str:
    try:
        text = json.dumps(json.loads(value or b""), indent=2, ensure_ascii=False)
        return text.encode(errors="backslashreplace").decode()
    except (ValueError, RecursionError):
        return _words(value)
