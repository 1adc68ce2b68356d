"""Errors whose message is the sentence that the user reads."""


class DomainError(Exception):
    """A rule of the field was broken; ``str(error)`` is a Chinese sentence for the user.

    ``status_code`` is the HTTP status of the page that shows it.
    """

    status_code = 400


class Conflict(DomainError):
    """What the user saw is no longer so: somebody else was faster, or the state moved on."""

    status_code = 409


class NotAllowed(DomainError):
    """The user may see the object, but not do this to it."""

    status_code = 403
