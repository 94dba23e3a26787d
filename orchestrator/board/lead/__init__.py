"""The pages of a team lead: the board, and the wall."""
