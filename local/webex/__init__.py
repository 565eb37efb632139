"""A small Webex, as far as the service speaks with it, for tests."""
