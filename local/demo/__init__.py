"""The demo: a story about one calendar, told on the running system, every step of it checked."""
