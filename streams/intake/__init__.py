"""Kafka -> desk."""
