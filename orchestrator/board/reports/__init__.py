"""Figures over time, and the cases behind each."""
