"""提醒: who is told what and when, and how it gets to them, never twice and never not at all.

slots → planner (pure) → outbox (the notices that should exist) → delivery (claim, send, settle).
"""
