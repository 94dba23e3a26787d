"""What is open now, kept in memory from the journal, and told to every tab that watches."""
