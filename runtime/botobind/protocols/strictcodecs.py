"""The documents of requests, as servers read them: held against the model, in the very spellings that it asks for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from botobind import protocols
from botobind.bodies.body_codecs import CborBodyCodec, JsonBodyCodec, XmlBodyCodec
from botobind.cached import cached_property
from botobind.markers import class_in_format
from botobind.protocols import strict, strictbindings

if TYPE_CHECKING:
    from botobind.serializers import CborFormat, JsonFormat
    from botobind.shapes import Shape
    from botobind.wire_structs import WireStructs

__all__ = ["StrictCborBodyCodec", "StrictJsonBodyCodec", "StrictXmlBodyCodec"]

T = TypeVar("T", bound="Shape")


class _Strict(ABC):
    """What strict documents have beside the methods of `BodyCodec`."""

    @abstractmethod
    def loader(self, cls: type[T]) -> Callable[[bytes], T]:
        """`BodyCodec.loader`."""

    def sure_loader(self, cls: type[T]) -> Callable[[bytes], tuple[T, bool]]:
        """`loader`, with whether the value is known to keep the constraints of the class."""
        load = self.loader(cls)
        return lambda data: (load(data), False)


class StrictJsonBodyCodec(JsonBodyCodec, _Strict):
    """JSON."""

    @cached_property
    def _wire_structs(self) -> WireStructs:
        return protocols.strictjson.STRUCTS

    def tree(self, data: bytes) -> Any:
        """The tree of a document; none at all is an object without members."""
        return self._format.parse(data) if data else {}

    def _of_tree(self, cls: type[JsonFormat], tree: Any) -> JsonFormat:
        strict.check_tree(cls, tree, is_json=True)
        return super()._of_tree(cls, tree)

    def _read_body(self, value: JsonFormat, tree: Any) -> None:
        strict.check_tree(type(value), tree, is_json=True, is_body=True)
        super()._read_body(value, tree)

    def sure_loader(self, cls: type[T]) -> Callable[[bytes], tuple[T, bool]]:
        """`loader`, with whether the value is known to keep the constraints of the class."""
        if cls.IN_BODY is not None:
            return super().sure_loader(cls)
        json_class = class_in_format(cls, self.form)
        decoder = self._wire_structs.of_class(json_class)

        def load(data: bytes) -> tuple[Any, bool]:
            value = decoder.load(data) if data else None
            if value is None:
                return self._of_tree(json_class, self.tree(data)), False
            return value, decoder.keeps_constraints

        return load


class StrictCborBodyCodec(CborBodyCodec, _Strict):
    """CBOR."""

    def _loader(self, cls: type[CborFormat]) -> Callable[[bytes], Any]:
        load = super()._loader(cls)

        def check_and_load(data: bytes) -> CborFormat:
            if data:
                strict.check_tree(cls, self._format.parse(data), is_json=False)
            value: CborFormat = load(data)
            return value

        return check_and_load


class StrictXmlBodyCodec(XmlBodyCodec, _Strict):
    """XML. `roots` are the names that the root element may have; without any, all will do."""

    def __init__(self, roots: tuple[str, ...]) -> None:
        self._roots = roots

    def load(self, cls: type[T], data: bytes) -> T:
        """The value of a document; none at all is an empty element."""
        if data:
            strictbindings.check_document(cls, data, is_body=False, roots=self._roots)
        return super().load(cls, data)

    def fill(self, value: Shape, data: bytes) -> None:
        """Sets the body members."""
        if data:
            strictbindings.check_document(type(value), data, is_body=True, roots=self._roots)
        super().fill(value, data)
