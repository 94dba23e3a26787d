"""The page of support ops: the map of what connects to what, and how it does now."""
