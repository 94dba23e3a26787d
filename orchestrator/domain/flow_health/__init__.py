"""How each flow of the integration map does: what arrived of it, what is wrong with that, what changed."""
