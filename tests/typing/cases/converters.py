"""Converters structure any type that has generated classes in it."""

from typing import reveal_type

from attrs import define

from botobind.convert import describe, make_converter
from botobind_services.dynamodb import AttributeValue
from botobind_services.partnercentral_selling import Tag, TaskStatus


@define
class Shelf:
    tags: list[Tag]
    books: dict[str, AttributeValue]


def structured(tree: object) -> None:
    converter = make_converter()
    reveal_type(converter.structure(tree, Tag))
    # reveals Tag
    reveal_type(converter.structure(tree, list[Tag]))
    # reveals list[Tag]
    reveal_type(converter.structure(tree, dict[str, AttributeValue]))
    # reveals dict[str, AttributeValue]
    reveal_type(converter.structure(tree, Shelf).tags[0].key)
    # reveals str | None
    reveal_type(converter.structure(tree, TaskStatus))
    # reveals TaskStatus
    tags: list[Tag] = converter.structure(tree, list[AttributeValue])
    # mypy says [arg-type] Argument 2 … incompatible type "type[list[AttributeValue]]"; expected "type[list[Tag]]"
    # pyright says [reportAssignmentType] Type "list[AttributeValue]" is not assignable to declared type "list[Tag]"
    converter.structure(tree)
    # mypy says [call-arg] Missing positional argument "cl"
    # pyright says [reportCallIssue] Argument missing for parameter "cl"
    print(tags)


def formats() -> None:
    make_converter("cbor")
    make_converter(body_format="value")
    make_converter("xml")
    # mypy says [arg-type] Argument 1 … incompatible type "Literal['xml']"; expected "Literal['json', 'value', 'cbor']"
    # pyright says [reportArgumentType] Argument of type "Literal['xml']" … "body_format" of type "BodyFormat"
    make_converter(list[Tag])
    # mypy says [arg-type] Argument 1 … incompatible type "type[list[Tag]]"; expected "Literal['json', 'value', 'cbor']"
    # pyright says [reportArgumentType] Argument of type "type[list[Tag]]" … "body_format" of type "BodyFormat"


def described(error: Exception) -> None:
    reveal_type(describe(error))
    # reveals list[str]
    describe("error")
    # mypy says [arg-type] Argument 1 … incompatible type "str"; expected "BaseException"
    # pyright says [reportArgumentType] Argument of type "Literal['error']" … "error" of type "BaseException"
