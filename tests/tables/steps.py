"""How a test sends a table into the admin, and what it reads on the pages that answer."""

import csv
import html
import io
import re
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from departments.models import AuditEvent

Rows = Sequence[Sequence[Any]]


def as_csv(rows: Rows, encoding: str = "utf-8-sig") -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode(encoding)


def as_xlsx(rows: Rows, title: str = "表") -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(content: bytes) -> list[list[str]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]


class Table:
    """The pages of one table of the admin."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address = client, f"/admin/{address}/"

    def export(self, kind: str = "csv", query: str = "") -> bytes:
        answer = self.client.get(f"{self.address}export/{kind}/{query}")
        assert answer.status_code == 200
        return answer.content

    def rows(self) -> list[list[str]]:
        return read_csv(self.export())

    def send(self, content: bytes | Rows, name: str = "表.csv") -> Any:
        """The preview (or the refusal) of a file."""
        data = content if isinstance(content, bytes) else as_csv(content)
        upload = SimpleUploadedFile(name, data)
        return self.client.post(f"{self.address}import/", {"file": upload})

    def confirm(self, answer: Any) -> Any:
        found = re.search(r'name="sealed" value="([^"]*)"', answer.content.decode())
        assert found, text_of(answer)
        return self.client.post(f"{self.address}import/confirm/", {"sealed": found[1]})

    def later(self, rows: Rows, name: str = "表.csv") -> str:
        """Send what is too long for the request; the address of the page that waits for it."""
        answer = self.send(rows, name)
        assert answer.status_code == 302, text_of(answer)
        address: str = answer["Location"]
        return address

    def confirm_later(self, address: str) -> Any:
        """Confirm what the page at ``address`` shows; the answer."""
        page = self.client.get(address).content.decode()
        found = re.search(r'name="mark" value="([^"]*)"', page)
        assert found, page
        return self.client.post(f"{address}confirm/", {"mark": found[1]})

    def import_rows(self, rows: Rows) -> Any:
        return self.confirm(self.send(rows))


def text_of(answer: Any) -> str:
    """The page's words, without tags, on one line."""
    page = re.sub(r"<(script|style).*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def fates(answer: Any) -> dict[str, int]:
    """新增, 修改, 未变, 有误: how many rows, as the preview's tiles say."""
    found = re.findall(r"<b>(\d+)</b> (\S+)\s*</li>", answer.content.decode())
    return {word: int(count) for count, word in found}


def changes() -> list[str]:
    """What the security log says happened, without sign-ins and exports."""
    rows = AuditEvent.objects.exclude(action__startswith="登录").exclude(action__startswith="导出")
    return [f"{row.action} {row.subject}".strip() for row in rows.order_by("id")]
