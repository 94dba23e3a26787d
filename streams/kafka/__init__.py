"""What aiokafka leaves to its users: records that break its rules, logs' ends, reading without a group."""
