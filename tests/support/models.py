"""Models of a few lines, and what tests do with the packages that are generated from them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from botobind.bodies import dump_body, parse_body
from botobind.shapes import Shape
from botobind.timestamps import OutOfRangeDatetime

Generate = Callable[..., Any]
Model = Mapping[str, Any]

PROTOCOLS = ("json", "rest-json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor")
FORMATS = ("json", "value", "cbor", "query", "xml", "own")


METADATA: Model = {
    "apiVersion": "2020-01-01",
    "endpointPrefix": "model",
    "jsonVersion": "1.0",
    "protocol": "json",
    "serviceFullName": "A model of a few lines",
    "serviceId": "Model",
    "signatureVersion": "v4",
    "targetPrefix": "Model",
}
"""What every model has to say of its service."""


def complete(model: Model) -> dict[str, Any]:
    """A model whose metadata and operations may have been left out, in part or wholly."""
    metadata = {**METADATA, **model.get("metadata", {})}
    return {"version": "2.0", "operations": {}, **model, "metadata": metadata}


def structure(required: tuple[str, ...] = (), /, **members: str | Mapping[str, Any]) -> dict[str, Any]:
    """A structure; each member is the name of its shape, or that and its traits."""
    references = {name: {"shape": it} if isinstance(it, str) else it for name, it in members.items()}
    shape: dict[str, Any] = {"type": "structure", "members": references}
    return {**shape, "required": list(required)} if required else shape


def list_of(item: str, **traits: Any) -> dict[str, Any]:
    return {"type": "list", "member": {"shape": item}, **traits}


def map_of(value: str, key: str = "Text", **traits: Any) -> dict[str, Any]:
    return {"type": "map", "key": {"shape": key}, "value": {"shape": value}, **traits}


SCALARS: dict[str, Any] = {
    "Text": {"type": "string"},
    "Count": {"type": "integer"},
    "Size": {"type": "long"},
    "Flag": {"type": "boolean"},
    "Ratio": {"type": "double"},
    "Share": {"type": "float"},
    "Data": {"type": "blob"},
    "Time": {"type": "timestamp"},
    "State": {"type": "string", "enum": ["ON", "OFF"]},
    "Texts": list_of("Text"),
    "TextMap": map_of("Text"),
}


def model(shapes: Mapping[str, Any], protocol: str = "json", operations: Mapping[str, Any] | None = None) -> Model:
    return {"metadata": {"protocol": protocol}, "operations": operations or {}, "shapes": {**SCALARS, **shapes}}


def operation(
    name: str, taken: str | None = None, given: str | None = None, errors: tuple[str, ...] = ()
) -> dict[str, Any]:
    return {
        "name": name,
        "http": {"method": "POST", "requestUri": f"/{name}"},
        **({"input": {"shape": taken}} if taken else {}),
        **({"output": {"shape": given}} if given else {}),
        "errors": [{"shape": error} for error in errors],
    }


def there_and_back(value: Any, body_format: str) -> Any:
    """The value after a trip through the bytes of a format, or through boto3's values."""
    cls = type(value)
    if body_format == "value":
        return cls.of_value(value.to_value())
    if body_format == "own":
        return cls.of_string(value.to_string())
    return parse_body(cls, dump_body(value, body_format), body_format)


def classes_of(package: Any) -> Iterator[type[Any]]:
    for name in dir(package.values):
        found = None if name.startswith("__") else getattr(package.values, name)
        if isinstance(found, type) and issubclass(found, Shape):
            yield found


EVERYTHING: dict[str, Any] = {
    "Everything": structure(
        Text="Text",
        Count="Count",
        Size="Size",
        Flag="Flag",
        Ratio="Ratio",
        Share="Share",
        Data="Data",
        Time="Time",
        State="State",
        Texts="Texts",
        TextMap="TextMap",
        Sparse="Sparse",
        SparseMap="SparseMap",
        Table="Table",
        Lists="Lists",
        Times="Times",
        Node="Node",
        Tree="Tree",
        Left="Left",
        Empty="Empty",
        Choice="Choice",
        Choices="Choices",
        Json="Json",
        Things="Things",
    ),
    "Sparse": list_of("Text", sparse=True),
    "SparseMap": map_of("Count", sparse=True),
    "Table": list_of("Texts"),
    "Lists": map_of("Texts"),
    "Times": list_of("Time"),
    "Node": structure(Name="Text", Next="Node"),
    "Tree": structure(Name="Text", Children="Trees", ByName="TreesByName"),
    "Trees": list_of("Tree"),
    "TreesByName": map_of("Tree"),
    "Left": structure(Right="Right"),
    "Right": structure(Left="Left", Choice="Choice"),
    "Empty": structure(),
    "Choice": {
        **structure(Text="Text", Nested="Choice", Many="Choices", Empty="Empty", Texts="Texts", Node="Node"),
        "union": True,
    },
    "Choices": list_of("Choice"),
    "Json": {"type": "structure", "members": {}, "document": True},
    "Things": map_of("Things2"),
    "Things2": list_of("Node"),
}

VALUES: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("Text", lambda _: " a<b>&\"c'\n\té𝄞 "),
    ("Text", lambda _: ""),
    ("Count", lambda _: -1),
    ("Size", lambda _: 2**63 - 1),
    ("Size", lambda _: 0),
    ("Flag", lambda _: False),
    ("Flag", lambda _: True),
    ("Ratio", lambda _: 0.1),
    ("Ratio", lambda _: -math.inf),
    ("Share", lambda _: 0.5),
    ("Data", lambda _: b"\x00\xff"),
    ("Data", lambda _: b""),
    ("Time", lambda _: datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)),
    ("Time", lambda _: datetime(2040, 2, 29, tzinfo=UTC)),
    ("Time", lambda _: OutOfRangeDatetime(300_000_000_000)),
    ("State", lambda _: "UNHEARD"),
    ("Texts", lambda _: ["a", "", "b"]),
    ("TextMap", lambda _: {"a": "1", "b.c": "", "": "2"}),
    ("Sparse", lambda _: ["a", None, "b"]),
    ("SparseMap", lambda _: {"a": 1, "b": None}),
    ("Table", lambda _: [["a"], ["b", "c"]]),
    ("Lists", lambda _: {"a": ["b", "c"]}),
    ("Times", lambda _: [datetime(2020, 1, 1, tzinfo=UTC)]),
    ("Node", lambda it: it.Node(name="a", next=it.Node(name="b", next=it.Node(name="c")))),
    ("Tree", lambda it: it.Tree(name="a", children=[it.Tree(name="b")], by_name={"c": it.Tree(name="d")})),
    ("Left", lambda it: it.Left(right=it.Right(left=it.Left(right=it.Right(choice=it.Choice(text="a")))))),
    (
        "Choice",
        lambda it: it.Choice(nested=it.Choice(many=[it.Choice(texts=["a"]), it.Choice(node=it.Node(name="b"))])),
    ),
    ("Choices", lambda it: [it.Choice(text="a"), it.Choice(nested=it.Choice(text="b"))]),
    ("Json", lambda _: {"a": [1, None, 1.5, "b", True, {}]}),
    ("Json", lambda _: "just text"),
    ("Things", lambda it: {"a": [it.Node(name="b")], "c": [it.Node(name="d"), it.Node(name="e")]}),
)
"""Values of members that every format of every protocol can hold."""

EMPTY_VALUES: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("Texts", lambda _: []),
    ("TextMap", lambda _: {}),
    ("Empty", lambda it: it.Empty()),
    ("Node", lambda it: it.Node()),
    ("Choice", lambda it: it.Choice(empty=it.Empty())),
    ("Choice", lambda it: it.Choice(texts=[])),
    ("Lists", lambda _: {"a": [], "b": ["c"]}),
    ("Sparse", lambda _: [None]),
)
"""Values that leave no trace in the forms of query and EC2."""


def everything(generate_once: Generate, protocol: str) -> Any:
    return generate_once(model(EVERYTHING, protocol))
