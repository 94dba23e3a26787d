"""What connects to what: systems, the flows between them, the work that stands on them, and who owns each."""
