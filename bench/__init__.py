"""How fast and how much, on a real Apache Kafka and a real PostgreSQL on this machine: `make bench`."""
