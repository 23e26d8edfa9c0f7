"""What ruff does not see in a docstring: shapes, parameters, and words that say nothing."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HADAX = Path(__file__).parent.parent / "hadax"
MODULES = sorted(HADAX.rglob("*.py"))

# Annotations that stand for arrays; a key has no shape worth a word, and metrics are scalars.
ARRAYS = {"Array", "ndarray", "NDArray", "ArrayLike", "Population"}
NO_ARRAYS = {"Key"}

# "[population, size, *input_shape]", "[2 * size]", "[...]" for any shape, "[]" for a scalar.
_AXIS = r"(\.\.\.|\*?\w[\w *+]*)"
SHAPE = re.compile(rf"\[({_AXIS}(, {_AXIS})*)?\]")

# The lines under "Args:", of one parameter or of several.
LISTED = re.compile(r"^ {2}(\*{0,2}\w+(?:, \*{0,2}\w+)*): ", re.MULTILINE)

# Parameters whose name says it all, wherever they stand.
SETTLED = {
    *("key", "path", "folder", "task", "state", "dataset", "candidate", "learner", "title"),
    *("axes", "figure", "name", "text", "error", "report", "input_shape", "target", "inputs"),
    *("generation", "generations", "distilled", "seed", "networks", "episodes", "steps"),
}

# Told once where the seam is, for all that fill it: hadax.core.xla.lanes.values.Rule.
SEAMS = (("operation", "arguments", "batch"),)

EMPTY = {"nothing", "none", "the object", "the value", "the same", "see above", "todo"}
FILLERS = {"a", "an", "the", "of", "this", "its", "s", "to"}


@dataclass(frozen=True)
class Documented:
    """A public module, class or function, where it stands, and its docstring."""

    where: str
    node: ast.Module | ast.ClassDef | ast.FunctionDef

    @property
    def text(self) -> str:
        return ast.get_docstring(self.node) or ""

    @property
    def name(self) -> str:
        return getattr(self.node, "name", "")


def public(node, where: str) -> Iterator[Documented]:
    """The node and what is public in it; functions within functions are nobody's business."""
    yield Documented(where, node)
    if isinstance(node, ast.FunctionDef):
        return
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef) and (
            not child.name.startswith("_") or child.name == "__call__"
        ):
            yield from public(child, f"{where}:{child.name}")


def words(annotation: ast.expr | None) -> set[str]:
    """All names in an annotation, of those in quotes too."""
    if annotation is None:
        return set()
    found = set()
    for node in ast.walk(annotation):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(re.findall(r"\w+", node.value))
    return found


def parameters(function: ast.FunctionDef) -> list[ast.arg]:
    spec = function.args
    every = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
    return [each for each in every if each.arg not in ("self", "cls")]


def array_aliases(trees: list[ast.Module]) -> set[str]:
    """ARRAYS, and the aliases of them: `Matrix: TypeAlias = NDArray[np.float32]`, say."""
    found = set(ARRAYS)
    for tree in trees:
        for node in tree.body:
            if (
                isinstance(node, ast.AnnAssign)
                and words(node.annotation) == {"TypeAlias"}
                and not isinstance(node.value, ast.Constant)
                and not words(node.value) & {"Callable", "dict", "Mapping", "tuple"}
                and words(node.value) & ARRAYS
            ):
                found.add(node.target.id)
    return found - NO_ARRAYS


TREES = [ast.parse(path.read_text()) for path in MODULES]
ALL = [
    each
    for path, tree in zip(MODULES, TREES, strict=True)
    for each in public(tree, str(path.relative_to(HADAX.parent)))
]
FUNCTIONS = [each for each in ALL if isinstance(each.node, ast.FunctionDef)]
ALIASES = array_aliases(TREES)


def has_arrays(node: ast.FunctionDef | ast.ClassDef) -> bool:
    if isinstance(node, ast.ClassDef):
        fields = [
            each
            for each in node.body
            if isinstance(each, ast.AnnAssign) and not each.target.id.startswith("_")
        ]
        return any(words(each.annotation) & ALIASES for each in fields)
    annotations = [node.returns, *(each.annotation for each in parameters(node))]
    return any(words(each) & ALIASES for each in annotations)


def unsettled(each: Documented) -> list[str]:
    """Parameters that neither their name, nor their type, nor a word in backticks explains."""
    every, told = parameters(each.node), listed(each)
    if tuple(arg.arg for arg in every) in SEAMS:
        return []
    return [
        arg.arg
        for arg in every
        if arg.arg not in SETTLED | told
        and arg.arg.replace("_", "") not in {word.lower() for word in words(arg.annotation)}
        and f"`{arg.arg}`" not in each.text
    ]


def listed(each: Documented) -> set[str]:
    """The names under a docstring's `Args:`."""
    section = each.text.partition("Args:\n")[2].partition("\n\n")[0]
    return {name.strip(" *") for names in LISTED.findall(section) for name in names.split(",")}


def told_apart(names: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", names.lower())) - FILLERS


def says_nothing(each: Documented) -> bool:
    """Whether a docstring is a filler, a word or two, or what it documents said again."""
    text = each.text.strip().rstrip(".").lower()
    named = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", each.name)
    return (
        text in EMPTY
        or len(text.split()) < 3
        or told_apart(text) <= told_apart(named.replace("_", " "))
    )


def test_everything_public_is_documented():
    assert not [each.where for each in ALL if not each.text.strip()]


def test_a_docstring_begins_with_one_line():
    def begins(text: str) -> bool:
        first, *rest = text.splitlines()
        return bool(first.strip()) and (not rest or not rest[0].strip())

    assert not [each.where for each in ALL if each.text and not begins(each.text)]


def test_no_docstring_says_nothing():
    assert not [f"{each.where}: {each.text}" for each in ALL if says_nothing(each)]


def test_what_takes_or_gives_arrays_says_their_shapes():
    arrays = [
        each for each in ALL if not isinstance(each.node, ast.Module) and has_arrays(each.node)
    ]
    assert not [each.where for each in arrays if not SHAPE.search(each.text)]


def test_parameters_are_explained_where_two_or_more_need_it():
    left = {each.where: unsettled(each) for each in FUNCTIONS}
    assert not {where: names for where, names in left.items() if len(names) >= 2}


def test_no_parameter_is_explained_that_is_not_there():
    for each in FUNCTIONS:
        spec = each.node.args
        there = {arg.arg for arg in [*parameters(each.node), spec.vararg, spec.kwarg] if arg}
        assert listed(each) <= there, each.where
