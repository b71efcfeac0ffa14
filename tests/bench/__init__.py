"""Benchmarks: `make bench`. docs/benchmarks.md says how to read them."""
