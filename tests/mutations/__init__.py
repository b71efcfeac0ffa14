"""Broken on purpose: does a test notice? `python -m tests.mutations` breaks the ranking and sees.

Each mutation is a mistake that somebody could make, in a copy of the tree. The tests of the ranking
run against it, and one of them must fail.
"""
