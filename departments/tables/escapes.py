"""No formula leaves in a .csv: Excel would run a text that begins like one."""

import re

_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"''*[=+\-@\t\r]")


def escape(text: str) -> str:
    """``text`` with an apostrophe in front where its first character is = + - @ tab or CR.

    A text that looks escaped already gets one more, so that ``unescape`` gives it back exactly.
    """
    return f"'{text}" if _DANGEROUS.match(text) else text


def unescape(text: str) -> str:
    """``text`` without the apostrophe that ``escape`` put there."""
    return text[1:] if _ESCAPED.match(text) else text
