"""The SLA engine: what happened becomes marks, marks become runs, runs have instants.

`occasions` and `timeline` say what runs when, `schedule` and `ladder` when its rungs are reached, `clockwork`
puts both together for one handoff; `settling` tells what has changed, and `deadlines` what has become due.
"""
