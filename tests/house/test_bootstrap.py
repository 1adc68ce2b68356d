import ast
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from wanzhou_water import bootstrap
from wanzhou_water.bootstrap import SetupProblem, check_folder, check_port, check_python

SOURCE = Path(bootstrap.__file__)


def test_an_old_python_gets_one_sentence() -> None:
    with pytest.raises(SetupProblem, match=r"需要 Python 3\.11 或更高版本，当前是 3\.9"):
        check_python((3, 9, 2))
    check_python((3, 11, 2))
    check_python((3, 14, 0))


def test_an_old_python_can_read_the_script() -> None:
    ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_the_script_needs_the_standard_library_only() -> None:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported <= sys.stdlib_module_names


def test_a_folder_that_cannot_be_written_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    with pytest.raises(SetupProblem, match="不能写入"):
        check_folder(tmp_path / "var")
    with pytest.raises(SetupProblem, match="/proc/var 不能写入"):
        check_folder(Path("/proc/var"))


def test_a_folder_that_can_be_written_is_made_and_left_clean(tmp_path: Path) -> None:
    check_folder(tmp_path / "new" / "var")
    assert list((tmp_path / "new" / "var").iterdir()) == []


@pytest.mark.parametrize("text", ["", "0", "65536", "80a", "-1", "８０００", "99999999999"])
def test_a_port_that_is_none_gets_one_sentence(text: str) -> None:
    with pytest.raises(SetupProblem, match="应为 1 至 65535 的整数"):
        check_port(text)


def test_a_taken_port_gets_one_sentence_and_no_traceback() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(SetupProblem, match=f"端口 {port} 已被别的程序占用"):
            check_port(port)
        ran = subprocess.run(
            [sys.executable, str(SOURCE), "run"],
            env={**os.environ, "PORT": port},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert ran.stderr.startswith(f"✗ 端口 {port} 已被别的程序占用")


def test_the_local_key_is_made_once_and_is_nobody_elses_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    (tmp_path / "var").mkdir()
    first = bootstrap.local_environment()
    assert len(first["SECRET_KEY"]) >= 50
    assert bootstrap.local_environment() == first
    assert stat.S_IMODE((tmp_path / "var" / "local.env").stat().st_mode) == 0o600


def test_an_install_that_fails_gets_one_sentence_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    lock = tmp_path / "requirements.txt"
    lock.write_text("no-such-package-anywhere==1 --hash=sha256:" + "0" * 64)
    monkeypatch.setattr(bootstrap, "_installed", lambda command, total: False)
    with pytest.raises(SetupProblem, match="安装依赖失败"):
        bootstrap.install(lock)
    assert not list(tmp_path.glob("installed-*"))


def test_an_unchanged_lock_installs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "_installed", lambda command, total: calls.append(total) or True)
    lock = tmp_path / "requirements.txt"
    lock.write_text("django==5\ncelery==5\n")
    bootstrap.install(lock)
    bootstrap.install(lock)
    assert calls == [2]
    lock.write_text("django==6\ncelery==5\n")
    bootstrap.install(lock)
    assert calls == [2, 2]
