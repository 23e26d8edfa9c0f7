"""Sets of real images: which files, who publishes them, and how they are read."""

from pathlib import Path

from hadax.tasks.supervised.sources.cifar import read_cifar
from hadax.tasks.supervised.sources.idx import read_idx
from hadax.tasks.supervised.sources.images import Bytes, Images
from hadax.tasks.supervised.sources.published import RemoteFile, Source

_IDX_PREFIXES = {"train": "train", "test": "t10k"}
_IMAGES, _LABELS = "images-idx3-ubyte.gz", "labels-idx1-ubyte.gz"


def read_idx_files(source: Source, paths: dict[str, Path]) -> dict[str, Images]:
    """Both splits of a source of four IDX files of grey images."""
    wanted = {file.name: file.content_sha256 for file in source.files}

    def read(name: str, axes: int) -> Bytes:
        return read_idx(paths[name], axes, wanted[name] or None)

    return {
        split: Images(
            pixels=read(f"{prefix}-{_IMAGES}", 3)[..., None],
            labels=read(f"{prefix}-{_LABELS}", 1),
        )
        for split, prefix in _IDX_PREFIXES.items()
    }


def _read_cifar_archive(source: Source, paths: dict[str, Path]) -> dict[str, Images]:
    """Both splits of CIFAR-10's one archive."""
    return read_cifar(paths[source.files[0].name])


_MNIST_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
_FASHION_URL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
_CIFAR_URL = "https://www.cs.toronto.edu/~kriz/"

# Sizes and checksums of the files as published are those that tensorflow-datasets records.
MNIST = Source(
    name="mnist",
    input_shape=(28, 28, 1),
    class_names=tuple("0123456789"),
    files=(
        RemoteFile(
            "train-images-idx3-ubyte.gz",
            _MNIST_URL,
            9912422,
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        RemoteFile(
            "train-labels-idx1-ubyte.gz",
            _MNIST_URL,
            28881,
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        RemoteFile(
            "t10k-images-idx3-ubyte.gz",
            _MNIST_URL,
            1648877,
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        RemoteFile(
            "t10k-labels-idx1-ubyte.gz",
            _MNIST_URL,
            4542,
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
    read=read_idx_files,
)
"""Handwritten digits (LeCun, Cortes & Burges): 60,000 and 10,000."""

FASHION_MNIST = Source(
    name="fashion_mnist",
    input_shape=(28, 28, 1),
    class_names=(
        "T-shirt",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    ),
    files=(
        RemoteFile(
            "train-images-idx3-ubyte.gz",
            _FASHION_URL,
            26421880,
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        ),
        RemoteFile(
            "train-labels-idx1-ubyte.gz",
            _FASHION_URL,
            29515,
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        ),
        RemoteFile(
            "t10k-images-idx3-ubyte.gz",
            _FASHION_URL,
            4422102,
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        ),
        RemoteFile(
            "t10k-labels-idx1-ubyte.gz",
            _FASHION_URL,
            5148,
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
    read=read_idx_files,
)
"""Articles of clothing (Xiao, Rasul & Vollgraf, https://arxiv.org/abs/1708.07747)."""

CIFAR10 = Source(
    name="cifar10",
    input_shape=(32, 32, 3),
    class_names=(
        "airplane",
        "automobile",
        "bird",
        "cat",
        "deer",
        "dog",
        "frog",
        "horse",
        "ship",
        "truck",
    ),
    files=(
        RemoteFile(
            "cifar-10-binary.tar.gz",
            _CIFAR_URL,
            170052171,
            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        ),
    ),
    read=_read_cifar_archive,
)
"""Photographs (Krizhevsky, 2009): 50,000 and 10,000."""

REMOTE: dict[str, Source] = {source.name: source for source in (MNIST, FASHION_MNIST, CIFAR10)}
"""Sources whose files are fetched, by name."""
