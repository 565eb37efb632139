"""The page of the running system: what each change of the calendar does, hop by hop, and what to break."""
