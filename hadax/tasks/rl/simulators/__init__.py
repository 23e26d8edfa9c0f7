"""Libraries of simulators behind one adapter, one a file."""
