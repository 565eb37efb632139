"""For tests: functions that are killed at a chosen effect, what starts them again, and a line that breaks."""
