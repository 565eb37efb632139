"""Small faults planted in the source, one at a time, to see that the suite finds each.

`planted` names them, `python -m tests.mutants` plants them in copies of the tree and runs the tests there.
"""
