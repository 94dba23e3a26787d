"""Kill, freeze and poison the running system, then check that nothing was lost: `make faults`."""
