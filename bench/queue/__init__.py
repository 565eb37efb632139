"""What trouble of some calendars costs the others: the real flows behind a queue as production's.

All is at virtual times: what takes time outside takes it there, and this code's own time is none.
"""
