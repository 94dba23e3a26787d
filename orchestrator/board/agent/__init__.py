"""The pages of an agent: a team's queue, a handoff, and the screen pop."""
