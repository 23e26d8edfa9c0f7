"""Files of images as they are published, only smaller, and a host that serves them."""

import gzip
import hashlib
import io
import tarfile
import threading
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler

import numpy as np
import pytest

from hadax.tasks.supervised.sources.published import RemoteFile, Source
from hadax.tasks.supervised.sources.remote import read_idx_files


@pytest.fixture(scope="session")
def idx():
    """An array of uint8 as the content of an IDX file."""

    def encode(array):
        lengths = b"".join(int(length).to_bytes(4, "big") for length in array.shape)
        return bytes((0, 0, 8, array.ndim)) + lengths + array.tobytes()

    return encode


@pytest.fixture(scope="session")
def cifar_archive():
    """Writes an archive of batches by name, each an array of records."""

    def write(path, batches):
        with tarfile.open(path, "w:gz") as archive:
            for name, records in batches.items():
                content = records.tobytes()
                member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))

    return write


@pytest.fixture
def small_arrays():
    """Images and labels of both splits, three classes of 4 x 5 pixels."""
    rng = np.random.default_rng(0)
    return {
        f"{prefix}-{kind}-idx{axes}-ubyte.gz": array
        for prefix, count in (("train", 30), ("t10k", 12))
        for kind, axes, array in (
            ("images", 3, rng.integers(0, 256, (count, 4, 5), dtype=np.uint8)),
            ("labels", 1, (np.arange(count) % 3).astype(np.uint8)),
        )
    }


@pytest.fixture
def served(tmp_path, small_arrays, idx):
    """A folder with the small files, and the address under which a host serves it."""
    folder = tmp_path / "served"
    folder.mkdir()
    for name, array in small_arrays.items():
        (folder / name).write_bytes(gzip.compress(idx(array), mtime=0))

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def small_source(served, small_arrays, idx):
    """A source of the small files."""
    folder, address = served
    files = []
    for name, array in small_arrays.items():
        raw = (folder / name).read_bytes()
        sums = (hashlib.sha256(content).hexdigest() for content in (raw, idx(array)))
        files.append(RemoteFile(name, address, len(raw), *sums))
    return Source("small", (4, 5, 1), ("a", "b", "c"), tuple(files), read_idx_files)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Prepared data goes to a folder of the test's own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("HADAX_CACHE_DIR", str(folder))
    return folder
