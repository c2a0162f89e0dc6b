"""Settings come from the environment; each has a default that runs on one machine."""
