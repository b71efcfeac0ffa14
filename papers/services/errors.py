"""How a service says no: in words for the person who asked, and with the status of the answer."""

from http import HTTPStatus

from django.utils.functional import Promise


class Refused(Exception):  # noqa: N818  # a refusal is an ordinary answer, not a defect
    """What was asked for cannot be done in the present state of things; nothing was changed.

    `message` is translated and shown as it is, `status` is the HTTP status of the answer.
    """

    status = HTTPStatus.CONFLICT

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = str(message)


class Forbidden(Refused):
    """Not this member, now: while suspended, say. Refused with the reason, unlike what is secret."""

    status = HTTPStatus.FORBIDDEN


class LimitReached(Refused):
    """Asked for too often; `retry_after` is the whole number of seconds until it is open again."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, message: str | Promise, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
