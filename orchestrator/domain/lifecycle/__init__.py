"""How a handoff begins, is answered and goes on; each change is a decision with its events."""
