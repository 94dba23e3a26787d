"""Show: the pages of leads, agents and support ops, what keeps them live, and the API with the same reads."""
