"""A simulated community that reads and votes under different rankings: docs/ranking/simulation.md.

`python -m tests.simulation PATH_OF_CSV` runs it. Python's standard library is all it needs.
"""
