"""Business calendars: when people work, and how working time is counted."""
