"""Characters that nobody sees. In a file of its own: the process that reads workbooks needs no
more of a text than this, and starts anew for each file."""

import re

BIDI = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
NONCHARACTERS = "\ufdd0-\ufdef\ufffe\uffff"
"""Those of the basic plane, which nearly every text keeps to; ``BEYOND`` are the others."""
BEYOND = "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
CONTROL_BUT_CR = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029"
SURROGATES = "\ud800-\udfff"
ZERO_WIDTH = "\u200b-\u200d\u2060\ufeff\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0"
_UNSEEN = re.compile(f"[{CONTROL_BUT_CR}{BIDI}{SURROGATES}{NONCHARACTERS}{ZERO_WIDTH}]")


def has_unseen(text: str) -> bool:
    """Whether ``text`` holds characters that nobody sees: control, bidi, zero-width.

    A carriage return is a line end here, as in ``text.clean``.
    """
    return bool(_UNSEEN.search(text)) or has_beyond(text)


def has_beyond(text: str) -> bool:
    """Whether noncharacters beyond the basic plane stand in ``text``.

    They are looked for one by one: a set of characters that reaches so far makes a pattern twenty
    times slower, and a text that keeps to the basic plane answers at once.
    """
    return any(one in text for one in BEYOND)
