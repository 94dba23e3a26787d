"""Which team receives a case, which clocks it gets, and what keeps it from being tossed around."""
