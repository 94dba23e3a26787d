"""A whole system in one thread: virtual time, one source of chance, the real desk; the same seed, the same trace."""
