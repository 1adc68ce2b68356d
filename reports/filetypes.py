"""Which files may be attached, told by their content and not by their name."""

import io
import zipfile
from collections.abc import Callable

from PIL import Image

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _zip_with(*members: str) -> Callable[[bytes], bool]:
    def check(content: bytes) -> bool:
        if not content.startswith(_ZIP):
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = set(archive.namelist())
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
            return False
        macro = any(name.lower().endswith("vbaproject.bin") for name in names)
        return not macro and all(member in names for member in members)

    return check


def _ole(content: bytes) -> bool:
    return content.startswith(_OLE)


def _pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]


def _picture(kind: str) -> Callable[[bytes], bool]:
    def check(content: bytes) -> bool:
        try:
            with Image.open(io.BytesIO(content), formats=[kind]) as image:
                image.verify()
        except Exception:
            return False
        return True

    return check


_OFFICE = "application/vnd.openxmlformats-officedocument."
FILE_TYPES: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "docx": (
        f"{_OFFICE}wordprocessingml.document",
        _zip_with("[Content_Types].xml", "word/document.xml"),
    ),
    "xlsx": (f"{_OFFICE}spreadsheetml.sheet", _zip_with("[Content_Types].xml", "xl/workbook.xml")),
    "pptx": (
        f"{_OFFICE}presentationml.presentation",
        _zip_with("[Content_Types].xml", "ppt/presentation.xml"),
    ),
    "ofd": ("application/ofd", _zip_with("OFD.xml")),
    "doc": ("application/msword", _ole),
    "xls": ("application/vnd.ms-excel", _ole),
    "wps": ("application/vnd.ms-works", _ole),
    "et": ("application/octet-stream", _ole),
    "pdf": ("application/pdf", _pdf),
    "jpg": ("image/jpeg", _picture("JPEG")),
    "jpeg": ("image/jpeg", _picture("JPEG")),
    "png": ("image/png", _picture("PNG")),
    "gif": ("image/gif", _picture("GIF")),
    "bmp": ("image/bmp", _picture("BMP")),
}
"""Extension → content type, and the check that the content is what the name says."""

ACCEPT = ",".join(f".{extension}" for extension in FILE_TYPES)
"""For the ``accept`` attribute of a file input."""
