"""Broken and hostile workbooks, a function per defect, the defect in its name.

Those of a file take the bytes of a good workbook and return the bytes that must be refused; those
of a cell also take where it is, as ``C4``. ``FILE_DEFECTS`` pairs each of the former with words of
the sentence that refuses it.
"""

import functools
import io
import re
import zipfile
import zlib
from collections.abc import Callable

from openpyxl import Workbook

Change = Callable[[dict[str, bytes]], object]
SHEET = "xl/worksheets/sheet1.xml"
TYPES = "[Content_Types].xml"
_BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>"""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def saved(book: Workbook) -> bytes:
    """The book as openpyxl writes it."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@functools.cache
def plain() -> bytes:
    """A good workbook: a heading and three rows of five cells."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "台账"
    for row in range(1, 5):
        sheet.append([f"第{row}行", f"文字{row}", row * 10, f"进展{row}", f"备注{row}"])
    return saved(book)


def zipped(members: dict[str, bytes]) -> bytes:
    """The members as a zip, made quickly rather than small: bombs are hundreds of megabytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def changed(good: bytes, change: Change) -> bytes:
    """``good`` after ``change`` has had its members in its hands."""
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    return zipped(members)


def with_part(good: bytes, name: str, content: bytes = b"<x/>") -> bytes:
    return changed(good, lambda members: members.update({name: content}))


def replaced(good: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """``part`` with ``old`` replaced, which has to be in it."""

    def change(members: dict[str, bytes]) -> None:
        assert old in members[part]
        members[part] = members[part].replace(old, new)

    return changed(good, change)


def empty_file(good: bytes) -> bytes:
    return b""


def larger_than_20_mb(good: bytes) -> bytes:
    return good + bytes(20 * 1024 * 1024)


def truncated_zip(good: bytes) -> bytes:
    return good[: len(good) * 2 // 3]


def byte_turned_in_a_member(good: bytes) -> bytes:
    at = good.index(b"xl/worksheets/sheet1.xml") + 80
    return good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1 :]


def folder_named_xlsx_in_a_zip(good: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        return zipped({f"台账.xlsx/{name}": archive.read(name) for name in archive.namelist()})


def zip_of_workbooks(good: bytes) -> bytes:
    return zipped({"一科.xlsx": good, "二科.xlsx": good})


def zip_with_a_password(good: bytes) -> bytes:
    content = bytearray(good)
    for at in [found.start() for found in re.finditer(b"PK\x01\x02", good)]:
        content[at + 8] |= 1
    return bytes(content)


def two_members_of_one_name(good: bytes) -> bytes:
    return with_part(good, SHEET.upper())


def xls_renamed(good: bytes) -> bytes:
    return _OLE + "Workbook".encode("utf-16-le") + bytes(512)


def et_renamed(good: bytes) -> bytes:
    return _OLE + "ETExtData".encode("utf-16-le") + bytes(512)


def encrypted_workbook(good: bytes) -> bytes:
    return _OLE + "EncryptedPackage".encode("utf-16-le") + bytes(512)


def csv_renamed(good: bytes) -> bytes:
    return "序号,进展情况\r\n1,已完成\r\n".encode("gb18030")


def unicode_text_renamed(good: bytes) -> bytes:
    return "序号\t进展情况\r\n1\t已完成\r\n".encode("utf-16")


def html_renamed(good: bytes) -> bytes:
    return b'\xef\xbb\xbf<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table></table>'


def xml_of_excel_2003_renamed(good: bytes) -> bytes:
    return b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'


def pdf_renamed(good: bytes) -> bytes:
    return b"%PDF-1.4\n%%EOF\n"


def word_document_renamed(good: bytes) -> bytes:
    return replaced(good, TYPES, b"spreadsheetml.sheet.main", b"wordprocessingml.document.main")


def binary_workbook_renamed(good: bytes) -> bytes:
    kind = b"application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    return replaced(good, TYPES, _main_type(), kind)


def _main_type() -> bytes:
    return b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def xlsm(good: bytes) -> bytes:
    kind = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    return replaced(with_part(good, "xl/vbaProject.bin"), TYPES, _main_type(), kind)


def xlsm_renamed_with_its_types_forged(good: bytes) -> bytes:
    return with_part(good, "xl/VBAProject.bin")


def macro_sheet_of_excel_4(good: bytes) -> bytes:
    return with_part(good, "xl/macrosheets/sheet1.xml")


def external_links(good: bytes) -> bytes:
    return with_part(good, "xl/externalLinks/externalLink1.xml")


def data_connections(good: bytes) -> bytes:
    return with_part(good, "xl/connections.xml")


def zip_bomb_by_members(good: bytes) -> bytes:
    members = {f"xl/media/{number}.xml": b"" for number in range(2_500)}
    return changed(good, lambda all_: all_.update(members))


def zip_bomb_by_ratio(good: bytes) -> bytes:
    """180 kB that become 40 MB."""
    return with_part(good, "xl/media/image1.png", bytes(40 * 1024 * 1024))


def zip_bomb_by_real_bytes(good: bytes) -> bytes:
    """Many members, each small enough for itself, 270 MB together."""
    content = bytes(9 * 1024 * 1024)
    return changed(good, lambda all_: all_.update({f"xl/{n}.bin": content for n in range(30)}))


def zip_bomb_that_declares_a_small_size(good: bytes) -> bytes:
    name = b"xl/media/image1.png"
    content = bytearray(with_part(good, name.decode(), bytes(30 * 1024 * 1024)))
    entry = content.rindex(b"PK\x01\x02", 0, content.rindex(name))
    content[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
    return bytes(content)


def zip_bomb_whose_members_overlap(good: bytes) -> bytes:
    """The directory points three more times at one and the same large member."""
    large = zlib.compress(b"".join(n.to_bytes(4, "big") for n in range(200_000)))
    content = bytearray(with_part(good, "xl/media/a.png", large))
    end = content.rindex(b"PK\x05\x06")
    entry = bytes(content[content.rindex(b"PK\x01\x02") : end])
    more = b"".join(entry.replace(b"a.png", b"%c.png" % letter) for letter in b"bcd")
    content[end:end] = more
    tail = end + len(more)
    for at, length, step in ((8, 2, 3), (10, 2, 3), (12, 4, len(more))):
        field = slice(tail + at, tail + at + length)
        content[field] = (int.from_bytes(content[field], "little") + step).to_bytes(
            length, "little"
        )
    return bytes(content)


def entity_bomb_in(part: str) -> Callable[[bytes], bytes]:
    """A defect for ``part``: an entity that holds others ten times over."""

    def entity_bomb(good: bytes) -> bytes:
        def change(members: dict[str, bytes]) -> None:
            text = re.sub(rb"^\s*<\?xml[^>]*\?>", b"", members.get(part, b"<x></x>"))
            members[part] = _BOMB + text.replace(b"</", b"&b;</", 1)

        return changed(good, change)

    entity_bomb.__name__ = f"entity_bomb_in_{part}"
    return entity_bomb


def entity_bomb_in_utf_16(good: bytes) -> bytes:
    return with_part(good, "docProps/custom.xml", (_BOMB + b"<x>&b;</x>").decode().encode("utf-16"))


def a_million_empty_rows(good: bytes) -> bytes:
    rows = '" spans="1:5"/><row r="'.join(map(str, range(5, 1_048_577)))
    more = f'<row r="{rows}" spans="1:5"/></sheetData>'.encode()
    return replaced(good, SHEET, b"</sheetData>", more)


def broken_xml_in_the_sheet(good: bytes) -> bytes:
    return replaced(good, SHEET, b"</sheetData>", b"</sheetDate>")


def sheet_missing(good: bytes) -> bytes:
    return changed(good, lambda members: members.pop(SHEET))


def cell_twice(good: bytes) -> bytes:
    return replaced(good, SHEET, b'r="C4"', b'r="B4"')


def cell_in_a_strange_row(good: bytes) -> bytes:
    return replaced(good, SHEET, b'r="C4"', b'r="C9"')


def row_twice(good: bytes) -> bytes:
    return replaced(good, SHEET, b'<row r="4"', b'<row r="3"')


def cell_beyond_the_last_column(good: bytes) -> bytes:
    return replaced(good, SHEET, b'r="E4"', b'r="XFE4"')


PARTS = (
    SHEET, TYPES, "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
    "xl/theme/theme1.xml", "docProps/core.xml", "xl/drawings/drawing1.xml", "xl/comments1.xml",
)  # fmt: skip
FILE_DEFECTS: dict[Callable[[bytes], bytes], str] = {
    empty_file: "空文件",
    larger_than_20_mb: "超过 20 MB",
    truncated_zip: "不完整或已损坏",
    byte_turned_in_a_member: "不完整或已损坏",
    folder_named_xlsx_in_a_zip: "文件夹，不是工作簿",
    zip_of_workbooks: "请先解压",
    zip_with_a_password: "加了密码的压缩包",
    two_members_of_one_name: "同名的部件",
    xls_renamed: "请另存为 .xlsx",
    et_renamed: "请另存为 .xlsx",
    encrypted_workbook: "打开密码",
    csv_renamed: "是文本（.csv 等）",
    unicode_text_renamed: "是文本（.csv 等）",
    html_renamed: "是网页（.html）",
    xml_of_excel_2003_renamed: "Excel 2003",
    pdf_renamed: "不是 Excel 工作簿",
    word_document_renamed: "不是 .xlsx 工作簿",
    binary_workbook_renamed: ".xlsb",
    xlsm: "含有宏",
    xlsm_renamed_with_its_types_forged: "含有宏",
    macro_sheet_of_excel_4: "含有宏",
    external_links: "引用了别的工作簿",
    data_connections: "外部数据",
    zip_bomb_by_members: "个部件",
    zip_bomb_by_ratio: "压缩炸弹",
    zip_bomb_by_real_bytes: "压缩炸弹",
    zip_bomb_that_declares_a_small_size: "不完整或已损坏",
    zip_bomb_whose_members_overlap: "互相重叠",
    entity_bomb_in_utf_16: "实体定义",
    **{entity_bomb_in(part): "实体定义" for part in PARTS},
    a_million_empty_rows: "空行",
    broken_xml_in_the_sheet: "已损坏",
    sheet_missing: "缺少部件",
    cell_twice: "重复",
    cell_in_a_strange_row: "不在它的行里",
    row_twice: "次序颠倒或重复",
    cell_beyond_the_last_column: "XFE4",
}


@functools.cache
def spoilt(defect: Callable[[bytes], bytes]) -> bytes:
    """The good workbook with ``defect``, made once for every test that wants it."""
    return defect(plain())
