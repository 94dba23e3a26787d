"""The flows of the integration map: what arrived of each, and when silence becomes too long."""
