"""A small Zoom, for tests and one machine: tokens, meetings, webinars, occurrences, limits and moods.

Written from Zoom's own description of its API, against which the contract tests hold it.
"""
