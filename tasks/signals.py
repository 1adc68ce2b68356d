"""What others may hang on to when the plan changes."""

from django.dispatch import Signal

assignments_changed = Signal()
"""Sent inside the loader's transaction with ``plan``, ``withdrawn`` and ``restored``, two lists
of Assignment: lead assignments that left the plan, and those that came back."""
