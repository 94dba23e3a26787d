"""A support floor to look at: handoffs of a week in a real database, brought about by the real desk.

`python -m tests.board.serve` shows it in a browser.
"""
