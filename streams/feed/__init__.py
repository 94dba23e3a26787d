"""What happens, each record in one line for a person."""
