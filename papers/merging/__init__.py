"""Two papers that are one work: found, made one, and parted again exactly.

Below the services, because an import merges too; `papers/services/merging.py` is what a moderator
does.
"""
