"""Examples and strategies are of the class that they are asked for."""

from typing import reveal_type

from botobind.testing import example, matching_text, strategy
from botobind_services.dynamodb.values import AttributeMap, AttributeValue, ConditionalCheckFailedException
from botobind_services.partnercentral_selling.values import Tag, TagList, TaskIdentifier, TaskStatus


def examples() -> None:
    reveal_type(example(Tag))
    # reveals Tag
    reveal_type(example(AttributeValue).s)
    # reveals str | None
    reveal_type(example(ConditionalCheckFailedException))
    # reveals ConditionalCheckFailedException
    reveal_type(example(TaskStatus))
    # reveals TaskStatus
    reveal_type(example(list[Tag]))
    # reveals list[Tag]
    reveal_type(example(dict[str, AttributeValue]))
    # reveals dict[str, AttributeValue]
    tag: Tag = example(AttributeValue)
    # mypy says [assignment] expression has type "AttributeValue", variable has type "Tag"
    # pyright says [reportAssignmentType] Type "AttributeValue" is not assignable to declared type "Tag"
    example()
    # mypy says [call-overload] All overload variants of "example" require at least one argument
    # pyright says [reportCallIssue] No overloads for "example" match the provided arguments
    example(Tag, 5)
    # mypy says [call-overload] No overload variant of "example" matches argument types "type[Tag]", "int"
    # pyright says [reportCallIssue] No overloads for "example" match the provided arguments
    print(tag)


def strategies() -> None:
    reveal_type(strategy(Tag))
    # reveals SearchStrategy[Tag]
    reveal_type(strategy(Tag, alphabet="any").example())
    # reveals Tag
    reveal_type(strategy(list[Tag]).map(len))
    # reveals SearchStrategy[int]
    strategy(Tag, alphabet="latin")
    # mypy says [call-overload] No overload variant of "strategy" matches argument types "type[Tag]", "str"
    # pyright says [reportCallIssue] No overloads for "strategy" match the provided arguments
    # pyright says [reportArgumentType] Argument of type "Literal['latin']" … "alphabet" of type "Alphabet"
    strategy(Tag, "any")
    # mypy says [call-overload] No overload variant of "strategy" matches argument types "type[Tag]", "str"
    # pyright says [reportCallIssue] No overloads for "strategy" match the provided arguments


def of_aliases() -> None:
    reveal_type(example(TagList))
    # mypy reveals list[Tag]
    # pyright reveals Any
    reveal_type(example(AttributeMap))
    # reveals dict[str, AttributeValue]
    reveal_type(example(TaskIdentifier))
    # mypy reveals str
    # pyright reveals Any
    reveal_type(strategy(TagList))
    # mypy reveals SearchStrategy[list[Tag]]
    # pyright reveals SearchStrategy[Any]


def of_patterns() -> None:
    matching_text(5)
    # mypy says [arg-type] Argument 1 … incompatible type "int"; expected "str"
    # pyright says [reportArgumentType] Argument of type "Literal[5]" … "pattern" of type "str"
