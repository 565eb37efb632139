"""Zoom Meetings."""
