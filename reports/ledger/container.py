"""What came from outside is looked at as bytes and as a zip, before anything reads its cells."""

import os
import posixpath
import zipfile
import zlib
from typing import IO, NamedTuple

from reports.ledger.reading.kinds import WorkbookRefused
from reports.ledger.reading.limits import Limits
from reports.ledger.reading.xml import Prolog, elements

SAVE_AS = "请另存为 .xlsx 后再传。"
_LINKS = (
    "引用了别的工作簿或外部数据。"
    "请在 Excel 的“数据—编辑链接（查询和连接）”中断开，再另存为 .xlsx 后上传。"
)
_MACROS = (
    "含有宏或控件（.xlsm），为安全起见不收。请在 Excel 中另存为“Excel 工作簿（.xlsx）”后再传。"
)
_BOMB = (
    "解压后过大，像压缩炸弹，已拒绝。如确是台账，多半是格式刷满了空行空列："
    "请把有内容的部分复制到新建的工作簿，另存为 .xlsx 后再传。"
)
TYPES = "[content_types].xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 65536
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError, OSError)


class Package(NamedTuple):
    """A zip that has been examined; parts are found by name, whatever their case."""

    archive: zipfile.ZipFile
    parts: dict[str, zipfile.ZipInfo]

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part.lower() in self.parts

    def open(self, part: str) -> IO[bytes]:
        """The part as a stream. Raises WorkbookRefused where it is missing."""
        found = self.parts.get(part.lower())
        if found is None:
            raise WorkbookRefused(f"缺少部件 {part}，文件不完整。{SAVE_AS}")
        return self.archive.open(found)


def examine(file: IO[bytes], limits: Limits) -> Package:
    """The workbook in ``file`` as a package whose every member has been inflated once.

    Raises WorkbookRefused, with a sentence that starts after the file's name.
    """
    _check_beginning(file, limits)
    try:
        package = _package(zipfile.ZipFile(file), limits)
        _check_members(package, os.fstat(file.fileno()).st_size)
        _inflate(package, limits)
    except _BROKEN as error:
        raise WorkbookRefused(
            "不完整或已损坏（下载、拷贝可能中断过），请重新导出或拷贝一份再传。"
        ) from error
    _check_kind(package)
    return package


def _check_beginning(file: IO[bytes], limits: Limits) -> None:
    """The first bytes say what the file is, whatever its name says."""
    size = os.fstat(file.fileno()).st_size
    head = file.read(4096)
    file.seek(0)
    if size == 0:
        raise WorkbookRefused("是空文件（0 字节），请重新导出或另存后再传。")
    if size > limits.file:
        raise WorkbookRefused("超过 20 MB，请删去图片等附带内容，或拆成几个文件再传。")
    if head.startswith(_OLE):
        _refuse_ole(file.read())
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise WorkbookRefused(_what_else(head))


def _refuse_ole(content: bytes) -> None:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise WorkbookRefused(
            "设有打开密码，系统读不出来。请在 Excel 或 WPS 中取消密码，另存为 .xlsx 后再传。"
        )
    raise WorkbookRefused("是旧版格式（.xls、.et 等），请另存为 .xlsx 后再传。")


def _what_else(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office" in start:
        return f"是 Excel 2003 的 XML 表格，不是 .xlsx。{SAVE_AS}"
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<table", b"<meta", b"<?xml")):
        return f"是网页（.html）改了后缀，不是 .xlsx 工作簿。{SAVE_AS}"
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if utf16 or (b"\0" not in head and not head.startswith((b"%PDF", b"{\\rtf"))):
        return f"是文本（.csv 等）改了后缀，不是 .xlsx 工作簿。{SAVE_AS}"
    return f"不是 Excel 工作簿。{SAVE_AS}"


def _package(archive: zipfile.ZipFile, limits: Limits) -> Package:
    members = archive.infolist()
    if len(members) > limits.members:
        raise WorkbookRefused(
            f"内含 {len(members)} 个部件，超过 {limits.members} 个，不像正常的工作簿，已拒绝。"
        )
    files = [member for member in members if not member.is_dir()]
    parts = {_part_name(member): member for member in files}
    if len(parts) < len(files):
        raise WorkbookRefused(f"内有同名的部件，无法判断以哪个为准，已拒绝。{SAVE_AS}")
    return Package(archive, parts)


def _part_name(member: zipfile.ZipInfo) -> str:
    return posixpath.normpath(member.filename.replace("\\", "/")).lstrip("/").lower()


def _check_members(package: Package, size: int) -> None:
    members = package.parts.values()
    if any(member.flag_bits & 0x1 for member in members):
        raise WorkbookRefused("是加了密码的压缩包。请解压后，传其中的 .xlsx 工作簿。")
    if sum(member.compress_size for member in members) > size:
        raise WorkbookRefused("的部件互相重叠（压缩炸弹的做法），已拒绝。")


def _inflate(package: Package, limits: Limits) -> None:
    """Every member to its end, in small pieces: the bytes are counted as they come, not believed.

    zipfile stops at the size that a member declares and compares its checksum, so a member that
    lies about its size is broken.
    """
    total = 0
    for member in package.parts.values():
        prolog, inflated = Prolog(), 0
        with package.archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                prolog.feed(chunk)
                inflated += len(chunk)
                if _too_large(total + inflated, inflated, member.compress_size, limits):
                    raise WorkbookRefused(_BOMB)
        total += inflated


def _too_large(total: int, inflated: int, deflated: int, limits: Limits) -> bool:
    dense = inflated > limits.ratio_from and inflated > limits.ratio * deflated
    return total > limits.inflated or dense


def _check_kind(package: Package) -> None:
    if not package.has(TYPES):
        raise WorkbookRefused(_what_zip(list(package.archive.namelist())))
    with package.open(TYPES) as stream:
        types = [attributes.get("ContentType", "") for _, attributes, _ in elements(stream)]
    if any(".sheet.binary." in kind for kind in types):
        raise WorkbookRefused(f"是二进制工作簿（.xlsb），不是 .xlsx。{SAVE_AS}")
    _check_macros(package, types)
    if any(name.startswith(("xl/externallinks/", "xl/connections.")) for name in package.parts):
        raise WorkbookRefused(_LINKS)
    if not any(kind.endswith("spreadsheetml.sheet.main+xml") for kind in types):
        raise WorkbookRefused(f"不是 .xlsx 工作簿。{SAVE_AS}")


def _check_macros(package: Package, types: list[str]) -> None:
    macro = any("macroenabled" in kind.lower() or "vba" in kind.lower() for kind in types)
    parts = ("xl/macrosheets/", "xl/activex/", "xl/dialogsheets/")
    if macro or any(
        name.startswith(parts) or name.endswith("vbaproject.bin") for name in package.parts
    ):
        raise WorkbookRefused(_MACROS)


def _what_zip(members: list[str]) -> str:
    paths = [name.replace("\\", "/") for name in members]
    if any(".xlsx/" in name.lower() for name in paths):
        return "里面是一个名字带 .xlsx 的文件夹，不是工作簿。请找到原来的 .xlsx 文件再传。"
    if any(name.lower().endswith((".xlsx", ".xls", ".et")) for name in paths):
        return "是压缩包。请先解压，再传里面的 .xlsx 工作簿（可以多个一起传）。"
    return f"是压缩包，不是 .xlsx 工作簿。{SAVE_AS}"
