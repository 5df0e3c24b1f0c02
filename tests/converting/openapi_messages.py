"""Holds messages against an OpenAPI document, as a tool would that knows nothing but that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import cbor2
from jsonschema import Draft202012Validator
from lxml import etree
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from botobind.http import HttpRequest, HttpResponse

URI = "urn:document"
UNDESCRIBED = re.compile(
    "content-type|content-length|content-md5|accept|x-amz-query-mode|x-amzn-requestid|x-amz-request-id|x-amzn-errortype"
    "|x-amz-checksum-.*|x-amz-sdk-checksum-algorithm|smithy-protocol|transfer-encoding"
)
"""Headers of the protocol, and of HTTP itself."""


class Document:
    """A document, and what it says of messages."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.registry = Registry().with_resource(URI, Resource(contents=document, specification=DRAFT202012))
        self.operations = {
            each["operationId"]: (path, method, each)
            for path, methods in document["paths"].items()
            for method, each in methods.items()
        }

    def errors(self, schema: Mapping[str, Any], value: Any) -> list[str]:
        """What is wrong with a value."""
        anchored = json.loads(json.dumps(schema).replace('"#/components', f'"{URI}#/components'))
        validator = Draft202012Validator(anchored, registry=self.registry)
        return [f"{each.json_path}: {each.message[:200]}" for each in validator.iter_errors(value)]

    def check_request(self, name: str, request: HttpRequest) -> None:
        """Raises `AssertionError` where a request is not what the document says."""
        path, method, described = self.operations[name]
        assert request.method.lower() == method
        template = re.sub(r"\\\{[^{}]*\\\}", "(.+)", re.escape(path.partition("#")[0]))
        assert re.fullmatch(template, request.path), (path, request.path)
        parameters = described.get("parameters", [])
        labels = re.findall(r"\{([^{}]*)\}", path)
        assert sorted(labels) == sorted(each["name"] for each in parameters if each["in"] == "path")
        self._check_named(parameters, "query", request.query)
        self._check_named(parameters, "header", list(request.headers.pairs()))
        body = described.get("requestBody")
        if request.body and body is None:
            raise AssertionError("a body that nobody has described")
        if body is not None and (request.body or body["required"]):
            self.check_body(body["content"], request.headers.get("content-type", ""), request.body)

    def check_response(self, name: str, response: HttpResponse) -> None:
        """Raises `AssertionError` where a response is not what the document says."""
        responses = self.operations[name][2]["responses"]
        described = responses.get(str(response.status)) or responses["2XX"]
        headers = [{"name": key, "in": "header", **each} for key, each in described.get("headers", {}).items()]
        self._check_named(headers, "header", list(response.headers.pairs()))
        if described.get("content") and response.body:
            self.check_body(described["content"], response.headers.get("content-type", ""), response.body)

    def _check_named(self, parameters: list[Any], place: str, pairs: list[tuple[str, str]]) -> None:
        known = {each["name"].lower(): each for each in parameters if each["in"] == place}
        free = [each for each in known.values() if each["schema"].get("type") == "object" or each["name"].endswith("*")]
        given = {key.lower() for key, _ in pairs}
        assert {name for name, each in known.items() if each.get("required")} <= given
        for key, text in pairs:
            if key.lower() in known:
                schema = known[key.lower()]["schema"]
                wanted = text.split(",") if schema.get("type") == "array" and place == "header" else text
                schema = schema["items"] if schema.get("type") == "array" and place == "query" else schema
                assert not self.errors(schema, self.of_text(schema, wanted)), (key, text)
            elif not free:
                assert UNDESCRIBED.fullmatch(key.lower()) if place == "header" else False, (key, place)

    def of_text(self, schema: Mapping[str, Any], text: Any) -> Any:
        """The value of a text, as a schema has it."""
        if isinstance(text, list):
            return [self.of_text(schema["items"], each.strip()) for each in text]
        kinds = {each.get("type") for each in [schema, *schema.get("anyOf", [])]}
        if kinds & {"integer", "number"} and re.fullmatch(r"[-+0-9.eE]+", text):
            return float(text) if "number" in kinds else int(text)
        return text == "true" if "boolean" in kinds and text in ("true", "false") else text

    def check_body(self, content: Mapping[str, Any], media_type: str, body: Any) -> None:
        """Raises `AssertionError` where a body is not what the document says."""
        bare = media_type.partition(";")[0]
        described = content.get(bare) or content.get("*/*")
        if described is None:
            [described] = [each for key, each in content.items() if not bare and key == "application/octet-stream"]
        schema = described["schema"]
        match bare:
            case "application/json" | "application/x-amz-json-1.0" | "application/x-amz-json-1.1":
                found: Any = json.loads(body)
            case "application/cbor":
                found = _plain(cbor2.loads(body))
            case "text/xml" | "application/xml":
                root = etree.fromstring(body)
                tag = etree.QName(root)
                named = self.resolved(schema)["xml"]
                assert (tag.localname, tag.namespace) == (named["name"], named.get("namespace"))
                found = self.of_element(schema, root)
            case "application/x-www-form-urlencoded":
                pairs = parse_qsl(body.decode(), keep_blank_values=True)
                patterns = schema.get("patternProperties", {})
                found = {}
                for key, text in pairs:
                    own = schema["properties"].get(key)
                    schemas = (
                        [own] if own is not None else [each for name, each in patterns.items() if re.search(name, key)]
                    )
                    assert schemas, f"nobody has described the parameter {key}"
                    found[key] = self.of_text(schemas[0], text)
            case _:
                return
        assert not self.errors(schema, found), self.errors(schema, found)

    def resolved(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The schema with what it refers to."""
        reference = schema.get("$ref")
        if reference is None:
            return dict(schema)
        target = self.document["components"]["schemas"][reference.rpartition("/")[2]]
        own = {key: value for key, value in schema.items() if key != "$ref"}
        return {**target, **own}

    def of_element(self, schema: Mapping[str, Any], element: Any) -> Any:
        """The value of an element, by what the schema says of its XML."""
        schema = self.resolved(schema)
        if element.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true":
            return None
        options = [self.resolved(each) for each in schema.get("anyOf", [])]
        properties = {**schema.get("properties", {})}
        for each in options:
            properties |= each.get("properties", {})
        if schema.get("type") == "array":
            return [self.of_element(schema["items"], child) for child in element]
        if schema.get("type") != "object":
            return self.of_text(schema, element.text or "")
        found: dict[str, Any] = {}
        taken = set()
        for name, each in properties.items():
            inner = self.resolved(each)
            xml = each.get("xml", {})
            if xml.get("attribute"):
                prefix = f"{{{xml['namespace']}}}" if "namespace" in xml else ""
                if prefix + xml["name"] in element.attrib:
                    found[name] = element.get(prefix + xml["name"])
                continue
            children = [child for child in element if etree.QName(child).localname == name]
            taken.update(children)
            if inner.get("type") == "array" and not xml.get("wrapped"):
                if children:
                    found[name] = [self.of_element(inner["items"], child) for child in children]
            elif children:
                [child] = children
                if inner.get("type") == "array":
                    wanted = inner["items"]["xml"]["name"]
                    assert {etree.QName(item).localname for item in child} <= {wanted}, (name, wanted)
                found[name] = self.of_element(each, child)
        assert [child.tag for child in element if child not in taken] == [], "elements that nobody has described"
        return found


def _plain(value: Any) -> Any:
    """A tree of CBOR as JSON Schema sees it."""
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list():
            return [_plain(each) for each in value]
        case bytes():
            return value.hex()
    return value.timestamp() if hasattr(value, "timestamp") else value


def references_of(found: Any) -> Iterator[str]:
    """All references in a document."""
    if isinstance(found, dict):
        if isinstance(found.get("$ref"), str):
            yield found["$ref"]
        for each in found.values():
            yield from references_of(each)
    elif isinstance(found, list):
        for each in found:
            yield from references_of(each)
