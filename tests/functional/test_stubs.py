"""The stubs of the committed packages declare what their modules do: they are run as Python, and compared."""

from __future__ import annotations
import __future__

import ast
import inspect
import textwrap
import typing
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, UnionType
from typing import Any

import attrs
import pytest

from botobind.errors import ServiceError
from botobind.shapes import _FOR_USERS, Shape

PACKAGES = ("partnercentral_selling", "s3", "sts")


ERRORS = "errors of outputs"


def stub_of(module: str) -> ModuleType:
    """The stub beside an index, run as if it were the module, without a look at annotations.

    Aliases come last, as Python needs them, and so do the errors of outputs: `ERRORS` has these bases as they are
    written.
    """
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    file = Path(spec.origin).with_suffix(".pyi")
    stub = ModuleType(module)
    stub.__package__ = module
    flags = __future__.annotations.compiler_flag
    tree = ast.parse(file.read_text(encoding="utf-8"))
    tree.body.sort(key=lambda node: isinstance(node, ast.AnnAssign))
    errors: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            errors |= [(node.name, ast.unparse(base)) for base in node.bases if isinstance(base, ast.Subscript)]
            node.bases = [base for base in node.bases if not isinstance(base, ast.Subscript)]
    exec(compile(tree, file, "exec", flags), vars(stub))  # noqa: S102 - our own
    vars(stub)[ERRORS] = errors
    return stub


def spelt(hint: Any) -> str:
    """A type as it is written, but for modules and what `Annotated` adds."""
    if typing.get_origin(hint) is typing.Annotated:
        return spelt(hint.__origin__)
    origin, inner = typing.get_origin(hint), [spelt(each) for each in typing.get_args(hint)]
    if origin in (typing.Union, UnionType):
        return " | ".join(inner)
    name = getattr(origin or hint, "__name__", str(hint))
    return f"{name}[{', '.join(inner)}]" if inner else name


def constraints(alias: Any) -> list[object]:
    return [each for each in getattr(alias, "__metadata__", ()) if type(each).__module__ == "botobind.constraints"]


def declared(cls: Any, names: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    for field in attrs.fields(cls):
        if issubclass(cls, ServiceError) and field.name == "message":
            continue  # the constructor alone takes it where it is no member: `make` shows what that takes
        hint = eval(str(field.type), names)  # noqa: S307 - our own
        yield field.name, spelt(hint), field.default, field.kw_only
    for name, each in inspect.signature(cls.make).parameters.items():
        yield "make", name, each.kind, each.default


@pytest.fixture(scope="module", params=PACKAGES)
def package(request: pytest.FixtureRequest) -> tuple[ModuleType, ModuleType]:
    name = f"botobind_services.{request.param}.values"
    return import_module(name), stub_of(name)


def test_classes(package: tuple[ModuleType, ModuleType]) -> None:
    values, stub = package
    names = {name for name in dir(values) if isinstance(getattr(values, name), type)}
    names = {name for name in names if issubclass(getattr(values, name), Shape | StrEnum)}
    found = {name for name, each in vars(stub).items() if isinstance(each, type) and each.__module__ == values.__name__}
    assert found == names
    operations = import_module(f"{values.__name__.rpartition('.')[0]}.endpoints").OPERATIONS
    unions = {each.output.__name__: f"operation_errors.{name}" for name, each in operations.items() if each.output}
    assert vars(stub)[ERRORS] == {name: f"AllErrors[{union}]" for name, union in unions.items()}
    for name in sorted(names):
        ours, theirs = getattr(values, name), getattr(stub, name)
        assert [base.__name__ for base in theirs.__bases__] == [base.__name__ for base in ours.__bases__]
        assert inspect.getdoc(theirs) == inspect.getdoc(ours)
        if issubclass(ours, StrEnum):
            assert list(theirs) == list(ours)
            continue
        assert list(declared(theirs, vars(stub))) == list(declared(ours, vars(import_module(ours.__module__)))), name
        for method, each in vars(theirs).items():
            if isinstance(each, classmethod) or "_of_" in method:
                own = [inspect.signature(getattr(cls, method)).parameters.keys() for cls in (ours, theirs)]
                assert own[0] == own[1], (name, method)


def test_aliases(package: tuple[ModuleType, ModuleType]) -> None:
    values, stub = package
    for name in dir(values):
        if name.startswith("__"):
            continue
        ours, theirs = getattr(values, name), getattr(stub, name)
        if isinstance(ours, type) and issubclass(ours, Shape | StrEnum):
            continue
        assert spelt(theirs) == spelt(ours), name
        assert constraints(theirs) == constraints(ours), name


@pytest.mark.parametrize("name", PACKAGES)
def test_operations_and_packages(name: str) -> None:
    endpoints = import_module(f"botobind_services.{name}.endpoints")
    stub = stub_of(endpoints.__name__)
    found = dict(stub.__annotations__)
    assert found.pop("OPERATIONS") == "OperationTable"
    assert found.keys() == endpoints.OPERATIONS.modules.keys()
    for each, annotation in found.items():
        operation = getattr(endpoints, each)
        taken, given = (f"Shapes.{cls.__name__}" if cls else "None" for cls in (operation.input, operation.output))
        errors = f"Shapes.operation_errors.{each}"
        assert annotation.startswith(f"{type(operation).__name__}[{taken}, {given}, {errors}"), annotation
    package = import_module(f"botobind_services.{name}")
    text = Path(str(package.__file__)).with_suffix(".pyi").read_text(encoding="utf-8")
    nodes = ast.parse(text).body
    names = {alias.asname for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names if alias.asname}
    exported = stub_of(f"{package.__name__}.values").__all__
    assert exported == package.values.__all__
    assert {name for name in exported if not isinstance(getattr(package.values, name), type)} == set()
    names |= {*exported}
    names |= {node.target.id for node in nodes if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)}
    ours = {each for each in dir(package) if not each.startswith("_")} - {"Any", "Mapping", "reexport"}
    assert names == ours | {"operation_errors"}


def test_an_operation_has_its_own_docstring() -> None:
    operation = import_module("botobind_services.sts.endpoints").GetCallerIdentity
    stub = Path(str(import_module("botobind_services.sts.endpoints").__file__)).with_suffix(".pyi")
    after = ast.parse(stub.read_text(encoding="utf-8")).body
    index = next(i for i, node in enumerate(after) if ast.unparse(node).startswith("GetCallerIdentity:"))
    of_stub = ast.literal_eval(ast.unparse(after[index + 1]))
    documentation = inspect.getdoc(operation)
    assert documentation is not None
    assert documentation.split() == of_stub.split()
    assert documentation.endswith("\n\nAWS: https://docs.aws.amazon.com/goto/WebAPI/sts-2011-06-15/GetCallerIdentity")
    assert inspect.getdoc(type(operation)) == "An API operation. Its classes are loaded when they are first asked for."


def members(tree: ast.ClassDef) -> dict[str, str]:
    """The signatures of methods by name."""
    methods = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {
        node.name: f"{[ast.unparse(each) for each in node.decorator_list]} {ast.unparse(node.args)}" for node in methods
    }


def test_the_bases_of_stubs_are_what_users_see_of_those_of_modules() -> None:
    declared = import_module("botobind.declared")
    trees = ast.parse(Path(str(declared.__file__)).with_suffix(".pyi").read_text(encoding="utf-8")).body
    classes = [tree for tree in trees if isinstance(tree, ast.ClassDef)]
    assert {tree.name for tree in classes if not tree.name.startswith("_")} == set(declared.__all__)
    for tree in classes:
        cls = getattr(declared, tree.name)
        sources = [
            ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
            for base in cls.__mro__[:-1]
            if base.__module__.startswith("botobind.")
        ]
        real: dict[str, str] = {}
        for source in sources:
            assert isinstance(source, ast.ClassDef)
            real = {**members(source), **real}
        assert members(tree).items() <= real.items(), tree.name
    public = {name for cls in declared.AllBodyFormats.__mro__ for name in vars(cls) if not name.startswith("_")}
    shown = {name for tree in classes for name in members(tree)}
    assert _FOR_USERS & public <= shown
