"""Upvotes that look arranged: found by the workers, for moderators to look into."""
