"""The articles that a handoff can be given: from files, and from what a knowledge base publishes."""
