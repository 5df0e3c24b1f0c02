"""Tagged unions: each member has its type. That exactly one is there is for `make` to check, not for types."""

from typing import reveal_type

from botobind_services.dynamodb import AttributeValue
from botobind_services.partnercentral_selling import EngagementContextPayload, LeadContext, Payload


def right() -> None:
    AttributeValue(s="Walden")
    AttributeValue(bool_=True)
    AttributeValue.make(l=[AttributeValue(n="1"), AttributeValue(m={"a": AttributeValue(null=True)})])
    AttributeValue(s="two members", n="2")
    AttributeValue()


def of_wrong_types() -> None:
    AttributeValue(s=1)
    # mypy says [arg-type] Argument "s" … incompatible type "int"; expected "str | None"
    # pyright says [reportArgumentType] Argument of type "Literal[1]" … "s" of type "str | None"
    AttributeValue.make(n=5)
    # mypy says [arg-type] Argument "n" … incompatible type "int"; expected "str | None"
    # pyright says [reportArgumentType] Argument of type "Literal[5]" … "n" of type "str | None"
    AttributeValue(b="text")
    # mypy says [arg-type] Argument "b" … incompatible type "str"; expected "bytes | None"
    # pyright says [reportArgumentType] Argument of type "Literal['text']" … "b" of type "bytes | None"
    AttributeValue(ss="abc")
    # mypy says [arg-type] Argument "ss" … incompatible type "str"; expected "list[str] | None"
    # pyright says [reportArgumentType] Argument of type "Literal['abc']" … "ss" of type "list[str] | None"
    AttributeValue(ss=[1, 2])
    # mypy says [list-item] List item 0 has incompatible type "int"; expected "str"
    # mypy says [list-item] List item 1 has incompatible type "int"; expected "str"
    # pyright says [reportArgumentType] Argument of type "list[int]" … "ss" of type "list[str] | None"
    AttributeValue(l=["a"])
    # mypy says [list-item] List item 0 has incompatible type "str"; expected "AttributeValue"
    # pyright says [reportArgumentType] Argument of type "list[str]" … "l" of type "list[AttributeValue] | None"
    AttributeValue(m={"a": "b"})
    # mypy says [dict-item] Dict entry 0 has incompatible type "str": "str"; expected "str": "AttributeValue"
    # pyright says [reportArgumentType] "dict[str, str]" … "m" of type "dict[str, AttributeValue] | None"
    AttributeValue(bool_="true")
    # mypy says [arg-type] Argument "bool_" … incompatible type "str"; expected "bool | None"
    # pyright says [reportArgumentType] Argument of type "Literal['true']" … "bool_" of type "bool | None"
    EngagementContextPayload(lead=EngagementContextPayload())
    # mypy says [arg-type] Argument "lead" … incompatible type "EngagementContextPayload"; expected "LeadContext | None"
    # pyright says [reportArgumentType] "EngagementContextPayload" … "lead" of type "LeadContext | None"


def misspelt() -> None:
    AttributeValue(S="Walden")
    # mypy says [call-arg] Unexpected keyword argument "S"
    # pyright says [reportCallIssue] No parameter named "S"
    AttributeValue(string="Walden")
    # mypy says [call-arg] Unexpected keyword argument "string"
    # pyright says [reportCallIssue] No parameter named "string"
    AttributeValue.make(bool=True)
    # mypy says [call-arg] Unexpected keyword argument "bool" … did you mean "bool_"?
    # pyright says [reportCallIssue] No parameter named "bool"


def read(value: AttributeValue, payload: Payload) -> str | None:
    reveal_type(value.s)
    # reveals str | None
    reveal_type(value.l)
    # reveals list[AttributeValue] | None
    reveal_type(value.m)
    # reveals dict[str, AttributeValue] | None
    reveal_type(value.b)
    # reveals bytes | None
    reveal_type(value.bool_)
    # reveals bool | None
    reveal_type(value.unknown_member)
    # reveals str | None
    reveal_type(value.given())
    # reveals Collection[tuple[str, Any]]
    reveal_type(payload.lead_invitation)
    # reveals LeadInvitationPayload | None
    match value:
        case AttributeValue(s=str() as text):
            reveal_type(text)
            # reveals str
            return text
        case AttributeValue(m=dict() as entries):
            reveal_type(entries)
            # mypy reveals dict[Any, Any]
            # pyright reveals dict[str, AttributeValue]
            return entries
            # mypy says [return-value] got "dict[Any, Any]", expected "str | None"
            # pyright says [reportReturnType] "dict[str, AttributeValue]" … to return type "str | None"
        case AttributeValue(n=number):
            return number


def context(payload: EngagementContextPayload) -> LeadContext:
    if payload.lead is None:
        return payload.lead
        # mypy says [return-value] got "None", expected "LeadContext"
        # pyright says [reportReturnType] Type "None" is not assignable to return type "LeadContext"
    return payload.lead
