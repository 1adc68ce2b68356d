"""What a slot and an address are called where people read them."""

import re
from urllib.parse import urlsplit

from reports.reminders.slots import DUE, OPENED, RECALL, RIPE, Rules

_PLAIN = {OPENED: "报告期开放", DUE: "截止当天", "entries": "截止前", RIPE: "等候已久"}
_SHORTEST = 8
"""An address of so few characters shows none of its ends."""


def slot_words(slot: str, rules: Rules, *, digest: bool = False) -> str:
    """``before-2`` is «截止前 3 天»; a slot that answers an act, «即时».

    ``rules`` are those of the period, ``digest`` says that the slot is one of the receivers'.
    """
    if slot in _PLAIN:
        return f"截止前 {rules.entries} 天" if slot == "entries" else _PLAIN[slot]
    if slot.startswith("gap-"):
        return f"{slot_words(slot.removeprefix('gap-'), rules)}的前一工作日"
    if slot.endswith("-again"):
        return "退回后再提醒"
    if slot.startswith(f"{RECALL}-"):
        return "每周再提醒"
    if found := re.fullmatch(r"(before|after)-(\d+)", slot):
        return _ladder(found[1], int(found[2]), rules, digest=digest)
    return "即时"


def _ladder(side: str, number: int, rules: Rules, *, digest: bool) -> str:
    if side == "before":
        days = sorted(rules.digest_before if digest else rules.before, reverse=True)
        return f"截止前 {days[number - 1]} 天" if number <= len(days) else "截止前"
    days = sorted(rules.digest_after if digest else rules.after)
    if number <= len(days):
        return f"截止后 {days[number - 1]} 天"
    return f"截止后 {(days[-1] if days else 0) + rules.repeat * (number - len(days))} 天"


def shortened(address: str) -> str:
    """``address`` so that its owner knows it again and nobody can use it.

    A mailbox keeps its first letter and its domain, a webhook its host and its last four
    characters, a telephone number its first three and last four digits.
    """
    if not address:
        return ""
    if "://" in address:
        return f"{_host(address)}/…{_tail(address)}"
    name, at, domain = address.rpartition("@")
    if at:
        return f"{name[:1]}…@{domain}"
    return f"{address[:3]}…{_tail(address)}" if len(address) > _SHORTEST else "…"


def _host(address: str) -> str:
    """The host of a webhook; apprise writes the key where a host stands, which is not shown."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return "…"
    return host if parts.scheme in {"http", "https"} else parts.scheme


def _tail(address: str) -> str:
    text = address.rstrip("/")
    return text[-4:] if len(text) > 2 * _SHORTEST or "://" not in address else ""
