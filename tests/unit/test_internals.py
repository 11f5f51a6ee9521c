"""Private parts of Textual and inner ones of asyncssh: one module for each uses them, and each of them exists."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from swarmtui.tunnel import asyncssh_internals
from swarmtui.ui.kit import textual_internals
from tests.sources import tree_of

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Library:
    name: str
    of: tuple[str, ...]
    """Its packages, and those of libraries that it is made of."""
    part: str
    """The part of swarmtui that uses it."""
    internals: ModuleType
    private: tuple[str, ...]
    checked_on: str


LIBRARIES = [
    Library(
        "textual",
        ("textual", "rich"),
        "ui",
        textual_internals,
        textual_internals.PRIVATE,
        textual_internals.CHECKED_ON,
    ),
    Library(
        "asyncssh",
        ("asyncssh",),
        "tunnel",
        asyncssh_internals,
        asyncssh_internals.PRIVATE,
        asyncssh_internals.CHECKED_ON,
    ),
]

each_library = pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.name)


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def is_inner(library: Library, module: str, name: str) -> bool:
    """Whether an import is of something that the library keeps to itself."""
    if library.name == "asyncssh" and module != "asyncssh":  # it offers all that it documents at its top
        return True
    return any(map(is_private, [*module.split("."), name]))


@cache
def own_source(node: type | ModuleType) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(node)))


def inner_imports(library: Library, tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        names: list[tuple[str, str]] = []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [(alias.name, "") for alias in node.names]
        for module, name in names:
            if module.split(".")[0] in library.of and is_inner(library, module, name):
                yield f"{module}.{name}"


def of_ourselves(node: ast.expr) -> bool:
    """Whether it is `self`, `cls` or `super()`."""
    match node:
        case ast.Name(id="self" | "cls") | ast.Call(func=ast.Name(id="super")):
            return True
    return False


def private_names(tree: ast.AST, *, ours: bool) -> set[str]:
    """The private names that are reached for: upon `self`, `cls` and `super()`, or upon anything else."""
    found = set[str]()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) if of_ourselves(node.value) is ours:
                found.add(name)
            case ast.Call(func=ast.Name(id="getattr" | "setattr" | "hasattr" | "delattr")):
                match node.args:
                    case [thing, ast.Constant(value=str(name)), *_] if of_ourselves(thing) is ours:
                        found.add(name)
    return set(filter(is_private, found))


def declared_names(tree: ast.AST) -> set[str]:
    """The private names that are declared or given a value there."""
    found = set[str]()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                found.add(name)
    return set(filter(is_private, found))


@cache
def names_of_library(packages: tuple[str, ...]) -> frozenset[str]:
    """The private names of a library, wherever they are declared."""
    names = set[str]()
    for package in packages:
        spec = importlib.util.find_spec(package)
        assert spec is not None
        for folder in spec.submodule_search_locations or ():
            for path in Path(folder).rglob("*.py"):
                names |= declared_names(ast.parse(path.read_text()))
    return frozenset(names)


def modules_of(library: Library) -> Iterator[tuple[str, Path]]:
    folder = ROOT / "swarmtui" / library.part
    for module in pkgutil.walk_packages([str(folder)], f"swarmtui.{library.part}."):
        path = ROOT.joinpath(*module.name.split("."))
        if module.name != library.internals.__name__:
            yield module.name, path / "__init__.py" if module.ispkg else path.with_suffix(".py")


@cache
def names_of_class(cls: type) -> frozenset[str]:
    """The private names that a class declares or uses of itself."""
    names = set(filter(is_private, vars(cls)))
    try:
        tree = own_source(cls)
    except (OSError, TypeError):  # made by a call: a generic one, a builtin
        return frozenset(names)
    return frozenset(names | private_names(tree, ours=True))


MADE_BY_THE_CLASS = {
    "_abc_impl",
    "_bindings",
    "_computes",
    "_css_type_name",
    "_css_type_names",
    "_decorated_handlers",
    "_inherit_bindings",
    "_inherit_component_classes",
    "_inherit_css",
    "_merged_bindings",
    "_reactives",
}
"""Attributes that Textual and abc write into every class by themselves."""


@each_library
def test_no_other_module_reaches_for_what_is_private(library: Library) -> None:
    theirs = names_of_library(library.of)
    assert len(theirs) > 500  # else nothing was read
    for name, path in modules_of(library):
        tree = tree_of(path)
        where = f"{name} reaches into {library.name}: that is {library.internals.__name__}'s to do"
        assert not list(inner_imports(library, tree)), where
        assert not (private_names(tree, ours=False) - declared_names(tree)) & theirs, where


@each_library
def test_no_class_overrides_or_uses_what_is_private_to_its_base(library: Library) -> None:
    """Own attributes are free, as long as no base of the library has one of the same name."""
    for name, _ in modules_of(library):
        for cls in vars(importlib.import_module(name)).values():
            if not isinstance(cls, type) or cls.__module__ != name:
                continue
            theirs = set[str]().union(
                *(names_of_class(base) for base in cls.__mro__ if base.__module__.split(".")[0] in library.of)
            )
            for each in cls.__mro__:
                if each.__module__.startswith("swarmtui.") and each.__module__ != library.internals.__name__:
                    taken = names_of_class(each) & theirs - MADE_BY_THE_CLASS
                    assert not taken, f"{each.__module__}.{each.__name__} uses a name of {library.name}'s own"


@each_library
def test_the_table_holds_what_the_module_uses(library: Library) -> None:
    tree = own_source(library.internals)
    imported = set(inner_imports(library, tree))
    assert imported <= set(library.private)
    used = private_names(tree, ours=True) | private_names(tree, ours=False)
    used |= {name for name in declared_names(tree) if name in names_of_library(library.of)}
    listed = {each.rpartition(".")[2] for each in library.private}
    assert used - {"_names"} <= listed
    assert set(filter(is_private, listed)) <= used, "what is no longer used is no longer listed"


def exists(qualified: str) -> bool:
    """Whether a library has something: by its modules, what is in them, and what their classes give themselves."""
    parts = qualified.split(".")
    length = next(n for n in range(len(parts), 0, -1) if is_module(".".join(parts[:n])))
    thing: object = importlib.import_module(".".join(parts[:length]))
    for name in parts[length:]:
        if hasattr(thing, name):
            thing = getattr(thing, name)
        elif isinstance(thing, type):
            return any(name in given(base) for base in thing.__mro__ if base is not object)
        else:
            assert isinstance(thing, ModuleType)
            return name in private_names(own_source(thing), ours=False)
    return True


def is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@cache
def given(cls: type) -> set[str]:
    """What a class gives its objects: the attributes that it assigns or declares."""
    try:
        tree = own_source(cls)
    except (OSError, TypeError):
        return set()
    return {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    } | {
        node.target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


@pytest.mark.parametrize("name", [name for library in LIBRARIES for name in library.private])
def test_it_exists(name: str) -> None:
    assert exists(name), f"{name} has gone. What it was for, and what to do now, is said where it is used."


@pytest.mark.parametrize("name", ["textual.app.App._gone", "textual._gone.Gone", "asyncssh.public_key.SSHKey._gone"])
def test_what_has_gone_would_be_noticed(name: str) -> None:
    assert not exists(name)


def locked_version(name: str) -> str:
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        if line.startswith(f"{name}=="):
            return line.partition("==")[2]
    raise AssertionError(f"constraints.txt does not name {name}")


@each_library
def test_it_was_checked_on_the_locked_version(library: Library) -> None:
    locked = locked_version(library.name)
    assert library.checked_on == locked, (
        f"constraints.txt has {library.name} {locked}; its private parts were last checked on {library.checked_on}. "
        f"Look at each of them in {library.internals.__name__}, then write CHECKED_ON = {locked!r} there."
    )


def test_strips_are_made_light_and_work_as_textual_makes_them() -> None:
    make, segments = Strip.__init__, [Segment("web"), Segment(" 3/3", Style(bold=True))]
    heavy = Strip(segments)
    try:
        textual_internals.make_strips_light()
        light = Strip(segments)
        assert Strip.__init__.__module__ == textual_internals.__name__, (
            "a strip has other parts than make_strips_light knows"
        )
        assert (light.crop(1, 5), light.crop(1, 5)) == (heavy.crop(1, 5), heavy.crop(1, 5))
        assert light.divide([2, 7]) == heavy.divide([2, 7]) == light.divide([2, 7])
        assert light.apply_style(Style(dim=True)) == heavy.apply_style(Style(dim=True))
        assert light.adjust_cell_length(10) == heavy.adjust_cell_length(10)
    finally:
        Strip.__init__ = make  # type: ignore[method-assign]
