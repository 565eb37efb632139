"""Where requests wait for the subscriber."""
