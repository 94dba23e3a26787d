"""What sources know of accounts and customers, carried from Kafka to the ledger by faust-streaming."""
