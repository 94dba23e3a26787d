"""What is known of a customer from other systems: who said it, as of when, and what a team is shown of it."""
