"""Characters that nobody sees. In a file of its own: the process that reads workbooks needs no
more of a text than this, and starts anew for each file."""

import re

BIDI = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17)
)
CONTROL_BUT_CR = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029"
SURROGATES = "\ud800-\udfff"
ZERO_WIDTH = "\u200b-\u200d\u2060\ufeff\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0"
_UNSEEN = re.compile(f"[{CONTROL_BUT_CR}{BIDI}{SURROGATES}{NONCHARACTERS}{ZERO_WIDTH}]")


def has_unseen(text: str) -> bool:
    """Whether ``text`` holds characters that nobody sees: control, bidi, zero-width.

    A carriage return is a line end here, as in ``text.clean``.
    """
    return bool(_UNSEEN.search(text))
