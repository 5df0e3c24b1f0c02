"""Members that are attributes of XML: scalars of all kinds, both ways, cold and learnt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wire.rows import EPOCH, NOON

from botobind import DecodeError, ModelError
from botobind.bodies import dump_body, parse_body

Generate = Callable[..., Any]

ATTRIBUTES: tuple[tuple[str, dict[str, Any], object, str], ...] = (
    ("Text", {"type": "string"}, 'a<"&\n', "a&lt;&quot;&amp;&#10;"),
    ("State", {"type": "string", "enum": ["ON"]}, "ON", "ON"),
    ("Count", {"type": "integer"}, -5, "-5"),
    ("Size", {"type": "long"}, 2**53 + 1, "9007199254740993"),
    ("Ratio", {"type": "double"}, 1.5, "1.5"),
    ("Share", {"type": "float"}, 0.5, "0.5"),
    ("Flag", {"type": "boolean"}, False, "false"),
    ("Data", {"type": "blob"}, b"\x00\xff", "AP8="),
    ("Iso", {"type": "timestamp"}, NOON, "2020-02-29T12:00:00Z"),
    ("Http", {"type": "timestamp", "timestampFormat": "rfc822"}, NOON, "Sat, 29 Feb 2020 12:00:00 GMT"),
    ("Epoch", {"type": "timestamp", "timestampFormat": "unixTimestamp"}, NOON, str(EPOCH)),
    ("Json", {"type": "string", "jsonvalue": True}, {"a": ["<"]}, "{&quot;a&quot;:[&quot;&lt;&quot;]}"),
)
WRONG = {
    "Count": "one",
    "Size": "1.5",
    "Ratio": "1,5",
    "Share": "much",
    "Flag": "yes",
    "Data": "!",
    "Iso": "noon",
    "Http": "noon",
    "Epoch": "noon",
    "Json": "{",
}
PROTOCOLS = ("rest-xml", "query", "ec2")


def _model(protocol: str, *, required: bool = False) -> dict[str, Any]:
    members = {name: {"shape": name, "xmlAttribute": True, "locationName": f"p:{name}"} for name, *_ in ATTRIBUTES}
    thing: dict[str, Any] = {"type": "structure", "members": {**members, "A": {"shape": "Text"}}}
    if required:
        thing["required"] = list(members)
    holder = {"Thing": {"shape": "Thing", "xmlNamespace": {"prefix": "p", "uri": "urn:p"}}}
    # Of a request alone, where what is required is never None.
    put = {"name": "Put", "http": {"method": "PUT", "requestUri": "/"}, "input": {"shape": "Holder"}}
    return {
        "metadata": {"protocol": protocol},
        "operations": {"Put": put} if required else {},
        "shapes": {
            **{name: shape for name, shape, *_ in ATTRIBUTES},
            "Thing": thing,
            "Holder": {"type": "structure", "members": holder},
        },
    }


@pytest.mark.parametrize("required", [False, True])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_scalars_of_all_kinds(generate_once: Generate, protocol: str, *, required: bool) -> None:
    package = generate_once(_model(protocol, required=required))
    attributes = {member: attribute for attribute, member in package.Thing.MEMBERS.items()}
    thing = package.Thing(a="b", **{attributes[name]: value for name, _, value, _ in ATTRIBUTES})
    body = dump_body(package.Holder(thing=thing), "xml")
    text = "".join(f' p:{name}="{spelt}"' for name, _, _, spelt in ATTRIBUTES)
    assert body.decode() == f'<Holder><Thing xmlns:p="urn:p"{text}><A>b</A></Thing></Holder>'
    bare = body.replace(b"p:", b"").replace(b' xmlns:p="urn:p"', b"").replace(b'xmlns:p="urn:p"', b"")
    for _ in range(4):  # Elements of a document that came before are expected after it.
        assert parse_body(package.Holder, body, "xml").thing == thing
        assert parse_body(package.Holder, bare, "xml").thing == thing
        if not required:
            assert parse_body(package.Holder, b"<Holder><Thing><A>b</A></Thing></Holder>", "xml").thing.a == "b"


@pytest.mark.parametrize("name", WRONG)
def test_what_is_none_is_told_with_its_path(generate_once: Generate, name: str) -> None:
    package = generate_once(_model("rest-xml"))
    body = f'<Holder><Thing xmlns:p="urn:p" p:{name}="{WRONG[name]}"><A>b</A></Thing></Holder>'
    with pytest.raises(DecodeError) as caught:
        parse_body(package.Holder, body.encode(), "xml")
    assert str(caught.value).startswith(f"$.Thing.p:{name}: ")
    # Numbers and times that are absent come empty from services that are like AWS.
    if name not in ("Data", "Json"):
        empty = f'<Holder><Thing xmlns:p="urn:p" p:{name}=""><A>b</A></Thing></Holder>'
        assert parse_body(package.Holder, empty.encode(), "xml").thing == package.Thing(a="b")


@pytest.mark.parametrize("target", ["Thing", "Texts", "TextMap"])
def test_what_has_elements_of_its_own_is_no_attribute(generate: Generate, target: str) -> None:
    shapes = {
        "Text": {"type": "string"},
        "Thing": {"type": "structure", "members": {"A": {"shape": "Text"}}},
        "Texts": {"type": "list", "member": {"shape": "Text"}},
        "TextMap": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
        "Holder": {"type": "structure", "members": {"Value": {"shape": target, "xmlAttribute": True}}},
    }
    for protocol in PROTOCOLS:
        with pytest.raises(ModelError, match="cannot be an attribute of XML") as caught:
            generate({"metadata": {"protocol": protocol}, "shapes": shapes})
        assert (caught.value.shape, caught.value.key) == ("Holder.Value", "xmlAttribute")
    generate({"metadata": {"protocol": "json"}, "shapes": shapes})
