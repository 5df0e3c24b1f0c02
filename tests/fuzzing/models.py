"""Models to be mutated: a small service with something of everything, and what can stand in the place of its words."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

PROTOCOLS = ("json", "rest-json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor")

_REQUEST_SHAPES: dict[str, Any] = {
    "GetRequest": {
        "type": "structure",
        "required": ["Name", "Tags"],
        "members": {
            "Name": {"shape": "Name", "location": "uri", "locationName": "name"},
            "Limit": {"shape": "Size", "location": "querystring", "locationName": "limit"},
            "Filters": {"shape": "Names", "location": "querystring", "locationName": "filter"},
            "Digest": {"shape": "Name", "location": "header", "locationName": "x-digest"},
            "Metadata": {"shape": "Labels", "location": "headers", "locationName": "x-meta-"},
            "Token": {"shape": "Name", "idempotencyToken": True},
            "Tags": {"shape": "Tags", "locationName": "tags", "documentation": "<p>The <code>tags</code>.</p>"},
        },
    },
    "WaitRequest": {
        "type": "structure",
        "required": ["Id", "Until"],
        "members": {
            "Id": {"shape": "Name", "location": "uri", "locationName": "id"},
            "Until": {"shape": "When", "location": "uri", "locationName": "until"},
        },
    },
    "GetResponse": {
        "type": "structure",
        "locationName": "Answer",
        "xmlNamespace": {"uri": "urn:root"},
        "members": {
            "Status": {"shape": "Size", "location": "statusCode"},
            "Thing": {"shape": "Thing", "xmlNamespace": {"uri": "http://example.org/ns", "prefix": "xsi"}},
            "Choice": {"shape": "Choice", "deprecated": True, "deprecatedMessage": "Use Thing."},
        },
    },
}

_SHAPES: dict[str, Any] = {
    "Thing": {
        "type": "structure",
        "documentation": "<p>A thing.</p>",
        "members": {
            "Kind": {"shape": "Kind", "xmlAttribute": True, "locationName": "xsi:type"},
            "Size": {"shape": "Size", "locationName": "size"},
            "Ratio": {"shape": "Ratio", "xmlAttribute": True},
            "When": {"shape": "When", "timestampFormat": "rfc822", "locationName": "when"},
            "Data": {"shape": "Data", "sensitive": True},
            "On": {"shape": "Flag", "locationName": "on", "queryName": "On"},
            "Names": {"shape": "Names", "flattened": True, "locationName": "nm"},
            "Sparse": {"shape": "Sparse"},
            "Labels": {"shape": "Labels"},
            "Again": {"shape": "Thing"},
            "Any": {"shape": "Any"},
            "Json": {"shape": "Name", "jsonvalue": True},
        },
    },
    "Choice": {
        "type": "structure",
        "union": True,
        "members": {"One": {"shape": "Thing"}, "Two": {"shape": "Size"}, "Three": {"shape": "Names"}},
    },
    "Gone": {
        "type": "structure",
        "exception": True,
        "fault": True,
        "retryable": {"throttling": True},
        "error": {"code": "Gone.Code", "httpStatusCode": 503, "senderFault": False},
        "members": {"Message": {"shape": "Name"}, "Thing": {"shape": "Thing"}},
    },
    "Kind": {"type": "string", "enum": ["red", "dark blue"]},
    "Name": {"type": "string", "min": 1, "max": 99, "pattern": "[a-z]+|\\p{L}+"},
    "Size": {"type": "integer", "min": 0, "max": 1000, "box": True},
    "Ratio": {"type": "double", "min": 0.5, "max": 1.5},
    "When": {"type": "timestamp"},
    "Data": {"type": "blob", "max": 20},
    "Flag": {"type": "boolean"},
    "Any": {"type": "structure", "document": True, "members": {}},
    "Names": {"type": "list", "member": {"shape": "Name", "locationName": "nm"}, "max": 5},
    "Sparse": {"type": "list", "sparse": True, "member": {"shape": "Size", "locationName": "part"}},
    "Tags": {"type": "list", "member": {"shape": "Thing", "locationName": "tag"}},
    "Labels": {
        "type": "map",
        "key": {"shape": "Name", "locationName": "label"},
        "value": {"shape": "Name", "locationName": "content"},
    },
}


def model(protocol: str) -> dict[str, Any]:
    """A service with something of everything, in a protocol."""
    rest = protocol.startswith("rest")
    return copy.deepcopy(
        {
            "version": "2.0",
            "documentation": "<p>A service.</p>",
            "metadata": {
                "apiVersion": "2020-01-01",
                "endpointPrefix": "things",
                "globalEndpoint": "things.example.org",
                "jsonVersion": "1.1",
                "protocol": protocol,
                "protocols": [protocol],
                "serviceFullName": "Things of Everything",
                "serviceId": "Things",
                "signatureVersion": "v4",
                "signingName": "thing",
                "targetPrefix": "Things_2020",
                "uid": "things-2020",
                "xmlNamespace": "http://things.example.org/doc/",
            },
            "operations": {
                "Get": {
                    "name": "Get",
                    "http": {
                        "method": "POST",
                        "requestUri": "/things/{name}?now" if rest else "/",
                        "responseCode": 201,
                    },
                    "input": {
                        "shape": "GetRequest",
                        "locationName": "GetThing",
                        "xmlNamespace": {"uri": "urn:request"},
                    },
                    "output": {"shape": "GetResponse", "resultWrapper": "GetResult"},
                    "errors": [{"shape": "Gone"}],
                    "documentation": "<p>Gets it.</p>",
                    "auth": ["aws.auth#sigv4"],
                    "endpoint": {"hostPrefix": "data."},
                },
                "Stop": {"name": "Stop", "http": {"method": "GET", "requestUri": "/stop"}, "input": {"shape": "None"}},
                "Wait": {
                    "name": "Wait",
                    "http": {"method": "PUT", "requestUri": "/things/{id}:wait?soon&until={until}"},
                    "input": {"shape": "WaitRequest"},
                },
            },
            "shapes": {**_REQUEST_SHAPES, **_SHAPES, "None": {"type": "structure", "members": {}}},
        }
    )


def strings(value: object) -> Iterator[str]:
    """All strings of a document, keys of its objects as well."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def replaced(value: Any, old: str, new: str) -> Any:
    """The document with one string for another, wherever it is."""
    if isinstance(value, dict):
        return {new if key == old else key: replaced(inner, old, new) for key, inner in value.items()}
    if isinstance(value, list):
        return [replaced(inner, old, new) for inner in value]
    return new if value == old else value


_DEEP = json.loads("[" * 200 + "]" * 200)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 5, 404, 1.5, 10**30, 10**400, float("inf"), float("nan"), [], {}, [None], {"": 1}),
    *("", "x", "false", "404", "structure", "list", "Thing", "Name", "Gone", "header", "uri", "a b", "$ref", "2fa"),
    *("a\0b", "a\nb", "\ud800", "\u2028", '"', "'", "{x}", "<a>&", "\\", '"""', "é", "a|b)|(c", "(", "[a-", "#"),
    *("self", "cls", "new", "uri", "xml", "RecursionError", "Tuple", "Frozenset", "Staticmethod", "None", "class"),
    *("a:b:c", "xmlns:a", ["x"], [5], {"shape": "Thing"}, {"shape": 5}, {"uri": "a"}, {"a": _DEEP}, _DEEP),
    "(\\p{L}{1000}){1000}",
)


def mutated(document: dict[str, Any], seed: int) -> dict[str, Any]:
    """The document with one to three changes, which the seed decides."""
    chance = random.Random(seed)
    document = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        places = list(_places(document))
        table, key = chance.choice(places)
        match chance.randrange(6):
            case 0:
                del table[key]
            case 1:
                other, at = chance.choice(places)
                table[key] = copy.deepcopy(other[at])
            case 2 if isinstance(table, dict):
                name = chance.choice(list(strings(list(_VALUES))))
                table[name] = table.pop(key)
            case 3 if isinstance(table, dict):
                found = chance.choice(list(strings(document)))
                document = replaced(document, found, chance.choice(list(strings(list(_VALUES)))))
            case _:
                table[key] = copy.deepcopy(chance.choice(_VALUES))
    return document


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])
