"""Remember: PostgreSQL holds the inbox, the handoffs, their clocks, the journal, the outbox and progress."""
