"""The pages of agents on a real PostgreSQL."""
