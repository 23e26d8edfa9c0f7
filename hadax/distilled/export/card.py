"""The card of a Hugging Face dataset: what it is, in a README with settings on its top."""

import json

import numpy as np

import hadax
from hadax.core.parametrizations.slots import describe_size
from hadax.core.types import Document
from hadax.distilled.export.pairs import Pairs
from hadax.distilled.score import PLAYED

CITATION = """@inproceedings{lupu2024behaviour,
  title={Behaviour Distillation},
  author={Lupu, Andrei and Lu, Chris and Liesen, Jarek Luca and Lange, Robert Tjarko and Foerster, Jakob Nicolaus},
  booktitle={International Conference on Learning Representations},
  year={2024}
}"""  # noqa: E501
"""The paper that the method is from, as BibTeX."""

_HOME = "https://github.com/hadax/hadax"


def card(pairs: Pairs, description: Document, license: str, picture: str, data: str) -> str:
    """The whole README.

    Args:
      pairs: the examples.
      description: the settings file's content.
      license: of the data, by Hugging Face's name for it.
      picture: the picture's file, or "".
      data: the table's file.
    """
    task = description["task"]
    size = describe_size(description["pairs"], description["slots"] is not None)
    parts = [
        "\n".join(["---", *_front_matter(pairs, description, license, data), "---"]),
        f"# {task} in {size}",
        _introduction(description),
        f"![The examples]({picture})" if picture else "",
        _scores(description),
        _columns(description),
        _preprocessing(description),
        _training(description),
        _origin(description),
        f"## Licence\n\n`{license}`",
        f"## Citation\n\n```bibtex\n{CITATION}\n```",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _front_matter(pairs: Pairs, description: Document, license: str, data: str) -> list[str]:
    """The YAML on top: where the data lies, and what the label's classes are called."""
    control = description["environment"] is not None
    other = "image-classification" if pairs.raw_name == "images" else "other"
    category = "reinforcement-learning" if control else other
    lines = [
        f"license: {json.dumps(license)}",
        f"pretty_name: {json.dumps(description['task'])}",
        f"task_categories: [{category}]",
        "tags: [dataset-distillation, behaviour-distillation, synthetic, hadax]",
        "size_categories: [n<1K]",
        "configs:",
        "  - config_name: default",
        f"    data_files: [{{split: train, path: {data}}}]",
        "dataset_info:",
        "  features:",
    ]
    names = description["target"]["names"]
    for name, array in pairs.arrays.items():
        lines += _feature(name.removesuffix("s"), array, names)
    return lines


def _feature(name: str, array: np.ndarray, names: list[str]) -> list[str]:
    """One column's type, as `datasets` reads it."""
    if array.ndim == 1 and names:
        classes = [f"          '{index}': {json.dumps(each)}" for index, each in enumerate(names)]
        return [f"    - name: {name}", "      dtype:", "        class_label:", *_under(classes)]
    nested = f"{array.dtype}"
    for _ in range(array.ndim - 1):
        nested = f"{{list: {nested}}}"
    kind = f"list: {nested[7:-1]}" if array.ndim > 1 else f"dtype: {nested}"
    return [f"    - name: {name}", f"      {kind}"]


def _under(classes: list[str]) -> list[str]:
    return ["          names:", *(f"  {line}" for line in classes)]


def _introduction(description: Document) -> str:
    return (
        f"A synthetic dataset, distilled with [hadax]({_HOME}) by evolution strategies (HaDES): a"
        " fresh network that is trained on these examples alone, by plain supervised learning,"
        f" does the task `{description['task']}`. No example was observed; they are what teaches"
        " best."
    )


def _scores(description: Document) -> str:
    score, played = description["score"], description["played"]
    lines = ["## Score", "", score["in_words"] if score else "Not measured."]
    if played:
        lines += ["", f"{played['in_words']}, {PLAYED}."]
    return "\n".join(lines)


def _columns(description: Document) -> str:
    rows = [f"| `{name[:-1]}` | {what} |" for name, what in description["arrays"].items()]
    lines = ["## Columns", "", "| column | what it is |", "|---|---|", *rows]
    for part in ("input", "target"):
        names, units = description[part]["names"], description[part]["units"]
        named = [
            f"{name} ({unit})" if unit else name
            for name, unit in zip(names, units or [""] * len(names), strict=True)
        ]
        lines += ["", f"Entries of `{part}`: {', '.join(named)}."] if named else []
    return "\n".join(lines)


def _preprocessing(description: Document) -> str:
    done = description["preprocessing"]
    scaled = np.any(done["mean"]) or np.any(np.asarray(done["std"]) != 1)
    numbers = "; the numbers are under `preprocessing` in `settings.json`" if scaled else ""
    note = f" Note: {done['note']}." if done["note"] else ""
    return f"Preprocessing: `{done['formula']}`{numbers}.{note}"


def _training(description: Document) -> str:
    loop, network = description["training"]["inner_loop"], description["training"]["network"]
    layers = "1 hidden layer" if network["depth"] == 1 else f"{network['depth']} hidden layers"
    sizes = f"{layers} of {network['width']} units"
    return (
        "## Training\n\n"
        f"The score is of networks ({network['network']}, {sizes}, {network['activation']}) after"
        f" {loop['inner_steps']} full-batch steps of {loop['inner_optimizer']} at learning rate"
        f" {loop['inner_lr']:g} on {loop['loss'].replace('_', ' ')}. `settings.json` has every"
        " setting; other networks learn from the examples too.\n\n"
        "```python\nfrom datasets import load_dataset\n\n"
        'pairs = load_dataset("path/to/this/folder", split="train").with_format("numpy")\n'
        'inputs, targets = pairs["input"], pairs["target"]\n```\n\n'
        'With hadax itself: `hadax.load("dataset.safetensors").fit(seed=0)`.'
    )


def _origin(description: Document) -> str:
    version = description["versions"].get("hadax", hadax.__version__)
    if not description["command"]:
        return f"## Origin\n\nImported into hadax {version}."
    return f"## Origin\n\nhadax {version}:\n\n```bash\n{description['command']}\n```"
