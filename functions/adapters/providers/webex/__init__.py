"""Webex Meetings."""
