"""What is said where a conference is not of those for whom a change is made."""

NOT_THEIRS = "the conference belongs to nobody for whom its event speaks: neither calendar, user nor creator"
