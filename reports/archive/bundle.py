"""The zip: written to disk member by member, each with its size and SHA-256."""

import contextlib
import dataclasses
import hashlib
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import IO

CHUNK = 1024 * 1024
LONGEST_NAME = 180
"""In bytes: a file system takes 255, and the number in front needs room."""
PACKED = frozenset({".xlsx", ".docx", ".pptx", ".zip", ".jpg", ".jpeg", ".png", ".pdf", ".ofd"})
"""Kinds that are compressed already."""
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


@dataclasses.dataclass(frozen=True)
class Member:
    """A file in the zip."""

    name: str
    bytes: int
    sha256: str


class Bundle:
    """A zip that grows at ``path``, readable by its owner alone; use it as a context."""

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self._stream = os.fdopen(descriptor, "w+b")
        self._zip = zipfile.ZipFile(self._stream, "w", zipfile.ZIP_DEFLATED)
        self.members: list[Member] = []

    def __enter__(self) -> "Bundle":
        return self

    def __exit__(self, *failure: object) -> None:
        self._zip.close()
        self._stream.close()

    def add(self, name: str, chunks: Iterable[bytes]) -> Member:
        """Write a member of whatever length in little memory."""
        digest, size = hashlib.sha256(), 0
        with self._open(name) as member:
            for chunk in chunks:
                member.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        made = Member(name, size, digest.hexdigest())
        self.members.append(made)
        return made

    def add_file(self, name: str, path: Path) -> Member:
        with path.open("rb") as stream:
            return self.add(name, chunks_of(stream))

    @contextlib.contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        info = zipfile.ZipInfo(name)
        packed = PurePath(name).suffix.lower() in PACKED
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        with self._zip.open(info, "w", force_zip64=True) as member:
            yield member


def chunks_of(stream: IO[bytes]) -> Iterator[bytes]:
    """What is left of ``stream``, a megabyte at a time."""
    while chunk := stream.read(CHUNK):
        yield chunk


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in little memory."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        for chunk in chunks_of(stream):
            digest.update(chunk)
    return digest.hexdigest()


def file_name(number: int, name: str) -> str:
    """Where the attachment ``number`` lies in the zip."""
    return f"附件/{number}-{safe_name(name)}"


def safe_name(name: str) -> str:
    """``name`` as every file system takes it, with its ending, in at most 180 bytes."""
    plain = _UNSAFE.sub("_", name).strip(". ") or "未命名"
    ending = PurePath(plain).suffix[-20:]
    stem = plain.removesuffix(ending).encode()[: LONGEST_NAME - len(ending.encode())]
    return stem.decode(errors="ignore") + ending
