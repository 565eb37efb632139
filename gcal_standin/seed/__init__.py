"""What a stand-in begins with: users, calendars and events, one JSON object a line, read and written."""
