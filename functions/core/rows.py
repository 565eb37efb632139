"""The rows of the table, each in a few words for people. What follows from each is in `decide`."""

from collections.abc import Mapping

ROWS: Mapping[str, str] = {
    "E01": "a new event carries it",
    "E02": "its event changed",
    "E03": "nothing changed that its system is told",
    "E04": "the event does not carry it",
    "E05": "its event was deleted",
    "E06": "an event was deleted that never held it",
    "E07": "it was removed from its event",
    "E08": "its event carries another conference now",
    "E09": "its event carries a foreign conference now",
    "E10": "a copy of its event carries it too",
    "E11": "another event is the primary one now",
    "E12": "its series was split, and the later part leads",
    "E13": "one instance of its series changed",
    "E14": "one instance of its series was cancelled",
    "E15": "one instance of a series carries a conference of its own",
    "E16": "one instance of its series lost it",
    "E17": "the series of its event was deleted",
    "E18": "its event came back within the grace",
    "E19": "its event came back after it was deleted",
    "E20": "its event was moved to another calendar",
    "E21": "its event became a guest's copy",
    "E22": "details of its event are hidden",
    "E23": "the event is no meeting",
    "E24": "its event cannot be read",
    "E26": "it is gone from its system",
    "E27": "its system refuses",
    "E28": "how to join it, as its event shows it",
    "E29": "it belongs to somebody else",
}
