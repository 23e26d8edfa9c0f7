"""Files are written whole or not at all."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hadax.core.errors import UsageError
from hadax.core.storage.files import ending_of, expanded, write_atomically


def test_atomic_writing_replaces_whole_files_and_leaves_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_atomically(path, b"old")
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_and_leads_to_what_was_written(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    real, link = tmp_path / "elsewhere" / "file", tmp_path / "link"
    real.write_bytes(b"old")
    link.symlink_to(Path("elsewhere") / "file")
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert list(real.parent.iterdir()) == [real]


@pytest.mark.skipif(os.name != "posix", reason="needs a umask")
@pytest.mark.parametrize(("umask", "mode"), [("077", 0o600), ("022", 0o644), ("002", 0o664)])
def test_a_file_is_as_open_to_others_as_the_umask_says(tmp_path, umask, mode):
    path = tmp_path / "file"
    write = "write_atomically(pathlib.Path(sys.argv[1]), b'.')"
    program = (
        "import os, pathlib, sys; from hadax.core.storage.files import write_atomically;"
        f" os.umask(0o{umask}); {write}"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_an_ending_is_one_in_any_case():
    for given in ("a/b.NPZ", Path("b.Npz"), "~/b.npz", "a.csv.npz"):
        assert ending_of(given) == ".npz"
    assert ending_of("npz") == ""


@pytest.mark.parametrize("given", [3, None, b"here"])
def test_what_is_no_path_is_refused(given):
    with pytest.raises(UsageError, match="must be a path: a text"):
        expanded(given)
