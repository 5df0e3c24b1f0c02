"""botocore's model of a service, made of a generated package: each operation and shape when botocore first asks for it.

It has what botocore acts on, but for documentation and constraints. Who lists its operations gets those alone that
botocore looks for among all of them, so that no client loads a package whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botobind.tables import ReferenceSchema, members_of

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.operations import OperationTable

_METADATA = {
    "apiVersion": "api_version",
    "endpointPrefix": "endpoint_prefix",
    "globalEndpoint": "global_endpoint",
    "jsonVersion": "json_version",
    "protocol": "protocol",
    "serviceFullName": "service_full_name",
    "serviceId": "service_id",
    "signatureVersion": "signature_version",
    "signingName": "signing_name",
    "targetPrefix": "target_prefix",
    "xmlNamespace": "xml_namespace",
}
"""The constants of packages, by the model's keys."""

_TYPES = {
    "single": "float",
    "stream": "blob",
    "jsonvalue": "string",
    "document": "structure",
    "events": "structure",
}
"""What the model calls kinds that it has other names for."""

_WIRE_TRAITS = ("location", "locationName", "queryName", "flattened", "xmlAttribute", "timestampFormat")

_TIMES = {"epoch": "unixTimestamp"}
"""What the model calls formats of timestamps that tables have other names for."""

_WITHOUT_NAMES = ("json", "smithy-rpc-v2-cbor")
"""The protocols in which all members go by the model's names."""


class LazyOperations(dict[str, dict[str, Any]]):
    """The operations of a package as the model has them."""

    def __init__(self, package: ModuleType) -> None:
        super().__init__()
        self.table: OperationTable = package.endpoints.OPERATIONS
        """The operations that there are."""
        self._listed: tuple[str, ...] = package.metadata.get("endpointDiscovery", ())

    def __missing__(self, name: str) -> dict[str, Any]:
        operation = self.table[name]
        found: dict[str, Any] = {
            "name": operation.wire_name,
            "http": {"method": operation.method, "requestUri": operation.uri, "responseCode": operation.status},
            **operation.traits,
        }
        if operation.input_shape is not None:
            found["input"] = _root(operation.input_shape, operation.input_tag, operation.input_namespace)
        if operation.output_shape is not None:
            found["output"] = _root(operation.output_shape, operation.output_tag, operation.output_namespace)
            if operation.result_wrapper is not None:
                found["output"]["resultWrapper"] = operation.result_wrapper
        self[name] = found
        return found

    def __contains__(self, name: object) -> bool:
        return name in self.table

    def __iter__(self) -> Iterator[str]:
        """The operations that botocore looks for among all: one that discovers endpoints, and one that demands it."""
        return iter(self._listed)


def _root(shape: str, tag: str | None, namespace: str | None) -> dict[str, Any]:
    named = {"locationName": tag} if tag else {}
    return {"shape": shape, **named, **({"xmlNamespace": {"uri": namespace}} if namespace else {})}


class LazyShapes(dict[str, dict[str, Any]]):
    """The shapes of a package as the model has them: classes by their names, and what members refer to by the places
    that refer to it. None is listed.
    """

    def __init__(self, package: ModuleType) -> None:
        super().__init__()
        self._package: Any = package
        # Of a service that speaks others beside, the table has the names that those have.
        self._has_names = package.protocols[0] not in _WITHOUT_NAMES

    def __missing__(self, name: str) -> dict[str, Any]:
        if not name.isidentifier():
            raise KeyError(name)
        cls: Any = getattr(self._package.values, name, None)
        if cls is None:
            raise KeyError(name)
        traits = cls.MEMBER_TRAITS
        payload = cls.PAYLOAD.attribute if cls.PAYLOAD is not None else None
        members = {
            member.name: {
                **traits.get(member.attribute, {}),
                **self._reference(member.reference, f"{name}.{member.name}"),
            }
            for member in members_of(cls)
        }
        found = {
            **cls.TRAITS,
            "type": "structure",
            "members": members,
            "required": [cls.MEMBERS[attribute] for attribute in cls.MEMBERS if attribute in cls.REQUIRED],
        }
        if payload is not None and "eventpayload" not in traits.get(payload, {}):
            found["payload"] = cls.MEMBERS[payload]
        self[name] = found
        return found

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and hasattr(self._package.values, name))

    def _reference(self, reference: ReferenceSchema, place: str) -> dict[str, Any]:
        """The use of a shape; what has no class of its own goes by its place."""
        traits, kind = reference.traits, reference.kind
        found: dict[str, Any] = {name: traits[name] for name in _WIRE_TRAITS if name in traits}
        if "timestampFormat" in found:
            found["timestampFormat"] = _TIMES.get(found["timestampFormat"], found["timestampFormat"])
        if not self._has_names:
            found.pop("locationName", None)
        if (namespace := traits.get("xmlNamespace")) is not None:
            uri, prefix = namespace
            found["xmlNamespace"] = {"uri": uri, **({"prefix": prefix} if prefix else {})}
        if kind == "structure":
            return {"shape": reference.target, **found}
        shape: dict[str, Any] = {"type": _TYPES.get(kind, kind)}
        if kind == "events":
            shape |= {**self[reference.target], "eventstream": True}
        elif kind == "stream":
            shape["streaming"] = True
        elif kind == "document":
            shape |= {"members": {}, "document": True}
        elif kind == "jsonvalue":
            found["jsonvalue"] = True
        if reference.key is not None:
            shape["key"] = self._reference(reference.key, f"{place}.key")
        if reference.inner is not None:
            inner = "value" if reference.key is not None else "member"
            shape[inner] = self._reference(reference.inner, f"{place}.{inner}")
        self[place] = shape
        return {"shape": place, **found}


def model_of(package: ModuleType) -> dict[str, Any]:
    """The model of a package's service, as botocore's loader gives it."""
    given = {key: getattr(package, name) for key, name in _METADATA.items()}
    metadata: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    metadata |= package.metadata
    metadata["protocols"] = list(package.protocols)
    return {
        "metadata": metadata,
        "operations": LazyOperations(package),
        "shapes": LazyShapes(package),
        "clientContextParams": _parameters(metadata.get("clientContextParams", {})),
    }


def _parameters(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {"documentation": "", **parameter} for name, parameter in parameters.items()}
