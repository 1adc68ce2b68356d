"""How much a workbook from outside may be and cost; more of it is refused with a sentence."""

from typing import NamedTuple

MEGABYTE = 1024 * 1024


class Limits(NamedTuple):
    """The defaults are the product's; only a benchmark asks for more.

    ``file`` bytes as sent; ``inflated`` the real bytes of all members together, counted while
    inflating; ``ratio`` inflated to deflated of a member, once ``ratio_from`` bytes are out
    (ledgers lie between 5 and 60); ``rows`` row elements of all sheets, empty ones too; ``text``
    characters of all cells together, since one shared text may stand in a million cells.
    ``cpu_seconds`` and ``memory`` are the child's: the address space beyond what the interpreter
    takes before it has read a byte; ``output`` what it may write; ``wall_seconds`` the patience.
    """

    file: int = 20 * MEGABYTE
    members: int = 2_000
    inflated: int = 256 * MEGABYTE
    ratio: int = 200
    ratio_from: int = 10 * MEGABYTE
    rows: int = 100_000
    cells: int = 500_000
    merges: int = 50_000
    text: int = 20_000_000
    cpu_seconds: int = 5
    memory: int = 300 * MEGABYTE
    output: int = 128 * MEGABYTE
    wall_seconds: int = 30
