"""Why each clock is where it is, as data; `handoff clocks explain` prints it."""
