"""What happens to an account and matters to its upvotes."""


def connect() -> None:
    """Connect to the account events of allauth."""
