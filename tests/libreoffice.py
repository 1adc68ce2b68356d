"""LibreOffice without its window, as somebody in an office who opens a file and saves it again."""

import shutil
import subprocess
from pathlib import Path


def resaved(content: bytes, folder: Path) -> bytes:
    """The workbook ``content`` after LibreOffice has opened it and saved it as .xlsx."""
    soffice = shutil.which("soffice")
    assert soffice, "LibreOffice (calc) is needed: .ci/run installs it"
    given, out = folder / "given.xlsx", folder / "saved"
    given.write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out)]
    subprocess.run([*command, str(given)], check=True, capture_output=True, timeout=180)
    return (out / "given.xlsx").read_bytes()
