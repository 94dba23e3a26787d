"""Journeys of leads, agents and support ops through the real pages, in a real browser."""
