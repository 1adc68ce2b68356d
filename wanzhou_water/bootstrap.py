"""Sets up a fresh clone: virtual environment, hash-locked packages, local environment; then hands
over to the product's own Python.

Runs on the machine's Python before anything is installed, so it uses the standard library only,
and its syntax is old enough for an old Python to read the sentence that it is too old.

    python3 wanzhou_water/bootstrap.py run | setup | tools
"""

import errno
import hashlib
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path

OLDEST_PYTHON = (3, 11)
REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.ENOTDIR: "路径中有同名的文件",
    errno.EEXIST: "有同名的文件",
}
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


class SetupProblem(Exception):
    """Why it cannot go on: one Chinese sentence."""


def check_python(version: "tuple[int, ...]") -> None:
    """``version`` is a tuple such as ``sys.version_info``; raises SetupProblem if it is too old."""
    if tuple(version[:2]) < OLDEST_PYTHON:
        raise SetupProblem(
            "需要 Python 3.11 或更高版本，当前是 {}.{}；"
            "请安装后重试，或指明位置：make run PYTHON=python3.11".format(*version[:2])
        )


def check_folder(folder: Path) -> None:
    """Raises SetupProblem unless files can be made in ``folder`` (made if it is missing)."""
    probe = folder / f".writable-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        why = REASONS.get(error.errno or 0, error.strerror)
        raise SetupProblem(f"文件夹 {folder} 不能写入：{why}，请处理后重试") from error


def check_port(text: str) -> int:
    """The free port that ``text`` names; raises SetupProblem if there is none."""
    port = int(text) if re.fullmatch("[0-9]{1,5}", text) else 0
    if not 0 < port < 65536:
        raise SetupProblem(f"端口 {text} 不对，应为 1 至 65535 的整数，例如 make run PORT=8001")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            other = 8001 if port != 8001 else 8002
            what = "须有系统权限" if isinstance(error, PermissionError) else "已被别的程序占用"
            raise SetupProblem(
                f"端口 {port} {what}，请换一个，例如 make run PORT={other}"
            ) from error
    return port


def say(words: str) -> None:
    """Print at once, also into a pipe."""
    print(words, flush=True)


def make_venv() -> None:
    """A virtual environment with a working Python and pip; an existing one is kept."""
    if not _works("-c", ""):
        say("▸ 建立虚拟环境 .venv")
        made = subprocess.run(
            [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, check=False
        )
        if made.returncode:
            raise SetupProblem("建立虚拟环境失败，多半是缺少组件：请先安装 python3-venv")
    if not _works("-m", "pip", "--version") and not _works("-m", "ensurepip"):
        raise SetupProblem("虚拟环境里没有 pip：请先安装 python3-venv，再运行 make clean 重来")


def _works(*arguments: str) -> bool:
    try:
        ran = subprocess.run([str(PYTHON), *arguments], capture_output=True, check=False)
    except OSError:
        return False
    return ran.returncode == 0


def install(lock: Path) -> None:
    """Install what ``lock`` pins, each file checked by its hash, unless it is unchanged."""
    stamp = VENV / f"installed-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"
    if stamp.exists():
        return
    total = sum("==" in line for line in lock.read_text().splitlines())
    say(f"▸ 安装依赖（{lock.relative_to(ROOT)}，共 {total} 个，逐个核对哈希）")
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "-r", str(lock)]
    if not _installed(command, total):
        raise SetupProblem(
            "安装依赖失败，多半是连不上软件源；恢复网络后再运行一次即可，详情见 var/setup.log"
        )
    stamp.touch()


def _installed(command: "list[str]", total: int) -> bool:
    pip = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    lines = []
    found = 0
    for line in pip.stdout or ():
        lines.append(line)
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            found += 1
            if found % 10 == 0:
                say(f"  {min(found, total)}/{total}")
        elif line.startswith("Installing collected packages"):
            say("  下载完毕，正在安装")
    (ROOT / "var" / "setup.log").write_text("".join(lines), encoding="utf-8")
    return pip.wait() == 0


def local_environment() -> "dict[str, str]":
    """What ``var/local.env`` holds, the settings of a local trial; its key is made once."""
    file = ROOT / "var" / "local.env"
    if not file.exists():
        lines = [
            "SECRET_KEY=" + secrets.token_urlsafe(50),
            "ALLOWED_HOSTS=127.0.0.1,localhost",
            "HTTPS=0",
            "DEMO=1",
            "LOG_LEVEL=WARNING",
            "LOG_JSON=0",
            f"EMAIL_URL=filemail:///{ROOT / 'var' / 'mail'}",
        ]
        draft = file.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
        draft.replace(file)
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def set_up(command: str) -> None:
    """Everything up to the point where the product's own Python can take over."""
    check_python(sys.version_info[:3])
    check_folder(ROOT)
    check_folder(ROOT / "var")
    if command == "run":
        check_port(os.environ.get("PORT", "8000"))
    make_venv()
    install(ROOT / "requirements.txt")
    if command == "tools":
        install(ROOT / "tests" / "requirements.txt")
        return
    os.environ.update(local_environment())
    prepared = subprocess.run([str(PYTHON), "-m", "wanzhou_water.prepare"], cwd=ROOT, check=False)
    if prepared.returncode:
        sys.exit(prepared.returncode)


def main(command: str) -> None:
    """``run``, ``setup`` or ``tools``; every problem that is foreseen ends in one sentence."""
    begun = time.monotonic()
    try:
        set_up(command)
    except SetupProblem as problem:
        sys.exit(f"✗ {problem}。")
    except KeyboardInterrupt:
        sys.exit("✗ 已中断；再运行一次会接着做完。")
    if command == "run":
        supervisor = ROOT / "wanzhou_water" / "supervisor.py"
        os.execv(str(PYTHON), [str(PYTHON), str(supervisor)])
    if command == "setup":
        say(f"✓ 准备完毕（{time.monotonic() - begun:.0f} 秒）。启动：make run")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
