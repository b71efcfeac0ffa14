"""How a merge, or its undoing, says no."""

from django.utils.functional import Promise


class CannotMerge(Exception):  # noqa: N818  # a refusal is an ordinary answer, not a defect
    """The papers cannot be merged or parted as they stand; nothing was changed.

    `message` is translated and shown as it is.
    """

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = str(message)
