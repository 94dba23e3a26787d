"""Decide what follows from what was asked. Pure: no await, no clock, no I/O, no logging."""
