"""The commands: flags become a config, the config becomes objects, once, at the door."""
