"""What reports count, each figure defined once: its name, its formula in words, its value."""
