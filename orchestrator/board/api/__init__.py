"""The reads and the commands of the pages, for programs."""
