"""Outbox -> Kafka."""
