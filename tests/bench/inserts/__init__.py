"""The yardstick of the bench `hot`: a view that knows who is there, and inserts one row."""
