"""Histories: the real flows, and all that can go wrong around them, in one process and at virtual times.

`hub` owns time, `story` is what is to happen (drawn in `draw`, or pasted), `history` lets it happen, `oracle`
judges, `shrink` finds the shortest story that still goes wrong.
"""
