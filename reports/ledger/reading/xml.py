"""XML of a workbook's parts, streamed through expat; what declares an entity is refused.

Not defusedxml's parser: since Python's C parser does not tell of entities, it falls back to the
one in Python, which is ten times slower; the rule is the same.
"""

import contextlib
from collections.abc import Callable
from typing import IO, Any
from xml.parsers import expat

from reports.ledger.reading.kinds import WorkbookRefused

Attributes = dict[str, str]
Start = Callable[[str, Attributes], object]
End = Callable[[str], object]
Data = Callable[[str], object]
REPAIR = "请用 Excel 打开并修复，另存为 .xlsx 后再传。"
_NO_MEMORY = expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The namespace of sheets, strings and styles, in transitional and in strict files."""


def parser() -> Any:
    """An expat parser that joins text and knows no entities; names keep their prefix."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.buffer_size = 65536
    made.EntityDeclHandler = _refuse_entity
    return made


def parse(stream: IO[bytes], start: Start, end: End, data: Data) -> None:
    """Feed ``stream`` through the three handlers; names as they are written.

    Raises WorkbookRefused where it is no well-formed XML or declares an entity.
    """
    reader = parser()
    reader.StartElementHandler = start
    reader.EndElementHandler = end
    reader.CharacterDataHandler = data
    try:
        reader.ParseFile(stream)
    except expat.ExpatError as error:
        if error.code == _NO_MEMORY:
            raise MemoryError from error
        raise WorkbookRefused(f"内部数据已损坏。{REPAIR}") from error


def parse_main(stream: IO[bytes], start: Start, end: End, data: Data) -> None:
    """As ``parse``, for a part in the main namespace: its names come without the prefix.

    The root says which prefix that is, mostly none; in a large sheet, expat's own resolving of
    every name would take a third of the time.
    """
    prefix = _main_prefix(stream)
    if not prefix:
        parse(stream, start, end, data)
        return
    parse(
        stream,
        lambda name, attributes: start(_without(prefix, name), attributes),
        lambda name: end(_without(prefix, name)),
        data,
    )


def _without(prefix: str, name: str) -> str:
    return name.removeprefix(prefix) if name.startswith(prefix) else f"?:{name}"


def _main_prefix(stream: IO[bytes]) -> str:
    """What the root calls the main namespace: empty, or a prefix with its colon."""
    found: list[str] = []
    reader = parser()

    def root(name: str, attributes: Attributes) -> None:
        reader.StartElementHandler = None
        spaces = {uri: key for key, uri in attributes.items() if key.partition(":")[0] == "xmlns"}
        prefix = next((spaces[uri] for uri in MAIN if uri in spaces), "xmlns").partition(":")[2]
        found.append(f"{prefix}:" if prefix else "")

    reader.StartElementHandler = root
    with contextlib.suppress(expat.ExpatError):
        while not found and (chunk := stream.read(4096)):
            reader.Parse(chunk)
    stream.seek(0)
    return found[0] if found else ""


def elements(stream: IO[bytes]) -> list[tuple[str, Attributes, str]]:
    """Every element of a small part as (local name, attributes, its own text), as they end."""
    found: list[tuple[str, Attributes, str]] = []
    opened: list[tuple[Attributes, list[str]]] = []

    def end(name: str) -> None:
        attributes, texts = opened.pop()
        found.append((name.rpartition(":")[2], attributes, "".join(texts)))

    def text(data: str) -> None:
        opened[-1][1].append(data)

    parse(
        stream,
        lambda name, attributes: opened.append((attributes, [])),
        end,
        text,
    )
    return found


def truth(value: str | None) -> bool:
    """An XML boolean; absent is false."""
    return value in ("1", "true", "on")


class Prolog:
    """Looks at the beginning of a part, up to its first element, for entities."""

    def __init__(self) -> None:
        self._parser: Any = parser()
        self._parser.StartElementHandler = self._root
        self._over = False

    def feed(self, chunk: bytes) -> None:
        """Raises WorkbookRefused at an entity; what is no XML is passed over."""
        if self._over:
            return
        try:
            self._parser.Parse(chunk)
        except expat.ExpatError:
            self._over = True

    def _root(self, name: str, attributes: Attributes) -> None:
        self._over = True


def _refuse_entity(*declaration: object) -> None:
    raise WorkbookRefused(
        "内含 XML 实体定义，正常的工作簿没有，可能有害，已拒绝。"
        "请把内容复制到新建的工作簿，另存为 .xlsx 后再传。"
    )
