"""LibreOffice without its window, as somebody in an office who opens a file and saves it again."""

import shutil
import subprocess
from pathlib import Path


def resaved(folder: Path, *contents: bytes) -> list[bytes]:
    """The workbooks ``contents`` after LibreOffice has opened each and saved it as .xlsx.

    It is started once for all of them: that is what takes its time.
    """
    soffice = shutil.which("soffice")
    assert soffice, "LibreOffice (calc) is needed: .ci/run installs it"
    names = [f"{number}.xlsx" for number in range(len(contents))]
    for name, content in zip(names, contents, strict=True):
        (folder / name).write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", "saved", *names]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=180)
    return [(folder / "saved" / name).read_bytes() for name in names]
