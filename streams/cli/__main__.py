"""`python -m streams.cli` is `handoff`."""

from streams.cli import app

app(prog_name="handoff")
