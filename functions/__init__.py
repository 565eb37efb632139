"""Keeps every conference in step with the Google Calendar event that carries it."""
