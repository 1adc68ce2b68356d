"""Small files of every kind, good ones and bad ones, a function or constant per kind."""

import io
import zipfile

from PIL import Image


def picture(kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (2, 2)).save(content, kind)
    return content.getvalue()


def package(*members: str) -> bytes:
    """A zip with empty members of these names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for member in members:
            archive.writestr(member, "<x/>")
    return content.getvalue()


TYPES = "[Content_Types].xml"
PNG = picture()
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
EXE = b"MZ\x90\x00" + bytes(512)
DOCX = package(TYPES, "word/document.xml")
MACRO = package(TYPES, "word/document.xml", "word/vbaProject.bin")
EXE_THEN_ZIP = EXE + DOCX

GOOD = {
    "方案.docx": DOCX,
    "台账.xlsx": package(TYPES, "xl/workbook.xml"),
    "汇报.pptx": package(TYPES, "ppt/presentation.xml"),
    "公文.ofd": package("OFD.xml"),
    "旧方案.doc": OLE,
    "旧台账.xls": OLE,
    "方案.wps": OLE,
    "台账.et": OLE,
    "验收表.pdf": PDF,
    "现场.jpg": picture("JPEG"),
    "现场.JPEG": picture("JPEG"),
    "截图.png": PNG,
    "动图.gif": picture("GIF"),
    "位图.bmp": picture("BMP"),
}
BAD = {
    "空.pdf": b"",
    "程序.pdf": EXE,
    "程序.exe": EXE,
    "网页.html": b"<script>alert(1)</script>",
    "矢量.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "没有后缀": PDF,
    "带宏.docx": MACRO,
    "带宏.docm": MACRO,
    "自解压.docx": EXE_THEN_ZIP,
    "改名.xlsx": DOCX,
    "压缩包.zip": DOCX,
    "断.docx": DOCX[:40],
    "断.png": PNG[:20],
    "改名.jpg": PNG,
    "断.pdf": b"%PDF-1.4\n",
    "文本.doc": "你好".encode(),
}
