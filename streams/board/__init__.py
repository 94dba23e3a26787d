"""The board as a process: what it is made of, where it listens, how it is started and ended."""
