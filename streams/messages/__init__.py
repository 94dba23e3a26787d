"""Bytes to commands, events to bytes, and what becomes of bytes that are neither."""
