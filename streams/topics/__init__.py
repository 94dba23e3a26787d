"""One table of all topics, and how a broker is brought in line with it."""
