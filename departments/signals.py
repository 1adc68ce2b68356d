"""What others may hang on to when people come and go."""

from django.dispatch import Signal

person_handed_over = Signal()
"""Sent inside the transaction of a hand-over (交接) with ``person``, ``successor``, ``day`` (the
last day of work) and ``by``. A receiver passes on what its app keeps under the person's name and
returns a ``Passed``."""
