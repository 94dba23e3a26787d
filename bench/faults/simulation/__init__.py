"""A whole system in one thread: virtual time, one source of chance, the real desk; a seed gives its trace."""
