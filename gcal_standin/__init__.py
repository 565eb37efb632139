"""A stand-in for the Google Calendar API: `model` is the calendar itself, `web` the HTTP around it."""

__version__ = "0.1.0"
