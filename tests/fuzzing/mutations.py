"""Seeded mutations of HTTP messages. The same number of the same seed gives the same message in every run."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from urllib.parse import quote

from attrs import evolve
from fuzzing import frames, tokens, trees

from botobind.http import Headers, HttpRequest, HttpResponse

_OF_REQUESTS = {
    "json": "json",
    "rest-json": "json",
    "rest-xml": "xml",
    "smithy-rpc-v2-cbor": "cbor",
    "query": "form",
    "ec2": "form",
}
_STREAM = "application/vnd.amazon.eventstream"
_SPLIT = {
    "json": re.compile(rb'"[^"]*"|[{}\[\],:]|[^"{}\[\],:]+'),
    "xml": re.compile(rb"<[^>]*>|[^<]+"),
    "form": re.compile(rb"[^=&.]+|[=&.]"),
}
_BYTES = re.compile(rb"(?s:.{1,3})")


def format_of(message: HttpRequest | HttpResponse, protocol: str) -> str:
    """The format that a message's body is meant to have."""
    if message.headers.get("content-type") == _STREAM:
        return "stream"
    body_format = _OF_REQUESTS[protocol]
    return "xml" if isinstance(message, HttpResponse) and body_format == "form" else body_format


def mutated_response(base: HttpResponse, others: Sequence[HttpResponse], protocol: str, random: Random) -> HttpResponse:
    """The answer with something wrong; `others` are answers to take parts of."""
    body = _mutated_body(base, others, protocol, random)
    response = evolve(base, body=body, headers=_mutated_headers(base.headers, others, random))
    if random.random() < 0.15:
        response.status = random.choice((*tokens.STATUSES, random.choice(others).status))
    return response


def mutated_request(base: HttpRequest, others: Sequence[HttpRequest], protocol: str, random: Random) -> HttpRequest:
    """The request with something wrong. Raises `DecodeError` where its target is none, as a server's reader would."""
    body = _mutated_body(base, others, protocol, random)
    headers = _mutated_headers(base.headers, others, random)
    method, target = base.method, base.target
    if random.random() < 0.05:
        method = random.choice((*tokens.METHODS, random.choice(others).method))
    if random.random() < 0.4:
        target = _mutated_target(target, random.choice(others).target, random)
    return HttpRequest.of_target(method, target, headers, body)


def _mutated_target(target: str, other: str, random: Random) -> str:
    at, to = sorted(random.randrange(len(target) + 1) for _ in range(2))
    path, mark, query = target.partition("?")
    pairs = query.split("&")
    match random.randrange(9):
        case 0:
            return target[:at] + target[to:]
        case 1:
            return target[:to] + target[at:to] + target[to:]
        case 2:
            return target[:at] + other[random.randrange(len(other) + 1) :]
        case 3:
            return target[:at] + quote(target[at:to], safe="") + target[to:]
        case 4:
            return path + mark + "&".join([*pairs, random.choice(pairs)])
        case 5:
            random.shuffle(pairs)
            return path + mark + "&".join(pairs[: random.randrange(len(pairs) + 1)])
        case 6:
            name = random.choice(pairs).partition("=")[0]
            return (
                f"{target}{'&' if mark else '?'}{name}={quote(random.choice(tokens.HEADER_VALUES), errors='replace')}"
            )
        case _:
            return target[:at] + random.choice(tokens.TARGET_PIECES) + target[at:]


def _mutated_headers(headers: Headers, others: Sequence[HttpRequest | HttpResponse], random: Random) -> Headers:
    pairs = headers.pairs()
    for _ in range(random.choice((0, 0, 0, 1, 1, 2, 5))):
        at = random.randrange(len(pairs)) if pairs else 0
        name, value = pairs[at] if pairs else ("A", "b")
        changed = random.choice(tokens.HEADER_VALUES)
        match random.randrange(8):
            case 0:
                del pairs[at : at + 1]
            case 1:
                pairs.insert(random.randrange(len(pairs) + 1), (name.upper(), random.choice((value, changed))))
            case 2 | 3:
                pairs[at : at + 1] = [(name, changed)]
            case 4:
                pairs.append((random.choice(tokens.HEADER_NAMES), random.choice((value, changed))))
            case 5:
                pairs += random.choice(others).headers.pairs()
            case 6:
                pairs[at : at + 1] = [(name, _with_wrong_characters(value, random))]
            case _:
                pairs[at : at + 1] = [(random.choice((name.lower(), f"{name}-a", name[:-1], changed[:50])), value)]
    return Headers(pairs)


def _with_wrong_characters(text: str, random: Random) -> str:
    at, to = sorted(random.randrange(len(text) + 1) for _ in range(2))
    put_in = random.choice(("", text[at:to], chr(random.randrange(0x250)), random.choice(tokens.HEADER_VALUES)[:50]))
    return text[:at] + put_in + text[random.choice((at, to)) :]


def _mutated_body(
    base: HttpRequest | HttpResponse,
    others: Sequence[HttpRequest | HttpResponse],
    protocol: str,
    random: Random,
) -> bytes:
    body = base.body
    assert isinstance(body, bytes)
    body_format = format_of(base, protocol)
    chance = random.random()
    if chance < 0.03:
        return b""
    if chance < 0.06:
        return random.choice(
            tokens.BODY_CODECS[random.choice((*tokens.BODY_CODECS, *(_inner(body_format, protocol),) * 3))]
        )
    if chance < 0.10:
        return _bytes_of(random.choice(others))
    wanted = random.choice((0, 1, 1, 1, 1, 2, 5))
    for _ in range(wanted):
        reshaped = _reshaped(body, body_format, protocol, random) if random.random() < 0.6 else None
        body = (
            reshaped if reshaped is not None else disturbed(body, _bytes_of(random.choice(others)), body_format, random)
        )
    return body


def _inner(body_format: str, protocol: str) -> str:
    """The format of the documents; of those in a stream's messages."""
    return _OF_REQUESTS[protocol] if body_format == "stream" else body_format


def _bytes_of(message: HttpRequest | HttpResponse) -> bytes:
    assert isinstance(message.body, bytes)
    return message.body


def _reshaped(body: bytes, body_format: str, protocol: str, random: Random) -> bytes | None:
    if body_format != "stream":
        return trees.reshape(body, body_format, random)
    inner = _inner(body_format, protocol)

    def change(payload: bytes) -> bytes:
        if random.random() < 0.1:
            return random.choice(tokens.BODY_CODECS[inner])
        reshaped = trees.reshape(payload, inner, random)
        return reshaped if reshaped is not None else disturbed(payload, body, inner, random)

    return frames.reshape(body, change, random)


def disturbed(body: bytes, other: bytes, body_format: str, random: Random) -> bytes:
    """The bytes with some of them wrong, lost, there twice, out of place, or not of this document at all."""
    at, to = sorted(random.randrange(len(body) + 1) for _ in range(2))
    token = random.choice(tokens.TOKENS.get(body_format, tokens.TOKENS["raw"]))
    changes: tuple[Callable[[], bytes], ...] = (
        lambda: body[:at] + bytes([body[at] ^ 1 << random.randrange(8)]) + body[at + 1 :] if at < len(body) else b"",
        lambda: body[:at],
        lambda: body[:at] + body[min(to, at + random.randrange(1, 9)) :],
        lambda: body[:to] + body[at:to][:200] + body[to:],
        lambda: body[:at] + other[random.randrange(len(other) + 1) :],
        lambda: body[:at] + token + body[at:],
        lambda: body[:at] + random.randbytes(random.randrange(1, 5)) + body[at:],
        lambda: _swapped(body, token, body_format, random),
        lambda: _swapped(body, token, body_format, random),
    )
    return random.choice(changes)()


def _swapped(body: bytes, token: bytes, body_format: str, random: Random) -> bytes:
    """The document with one chunk in place of another, or a strange one."""
    chunks = _SPLIT.get(body_format, _BYTES).findall(body)
    if chunks:
        one, two = random.randrange(len(chunks)), random.randrange(len(chunks))
        chunks[one], chunks[two] = (chunks[two], chunks[one]) if random.random() < 0.5 else (token, chunks[two])
    return b"".join(chunks)
