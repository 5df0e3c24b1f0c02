"""The commands that use packages: `call`, `encode`, `decode`, `validate`, `serve`, `openapi` and `schema`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any

import typer

from botobind import commands
from botobind.commands.documents import document_of
from botobind.commands.options import OptionError, input_of
from botobind.commands.packages import class_of, operation_of, package_of
from botobind.commands.showing import Style, document_in, shown
from botobind.errors import DecodeError, ServiceError
from botobind.routing import RoutingError
from botobind.wire.wholefiles import whole_file
from botobind_codegen.command_words import COMMANDS, HELP
from botobind_codegen.commandline import SETTINGS, run
from botobind_codegen.completion_values import (
    MembersCommand,
    complete_package_classes,
    complete_package_operations,
    complete_packages,
)
from botobind_codegen.ending import FAILED, misused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from botobind.commands.messages import Exchange
    from botobind.operations import Operation

MEMBERS = {"allow_extra_args": True, "ignore_unknown_options": True}
"""The settings of commands whose other options are the members of an input."""

Service = Annotated[str, typer.Argument(help="Its name as botocore has it.", autocompletion=complete_packages)]
OperationName = Annotated[
    str,
    typer.Argument(
        metavar="OPERATION", help="GetItem, get_item or get-item.", autocompletion=complete_package_operations
    ),
]
Members = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[--MEMBER VALUE]...",
        help="Members of the input: texts, numbers, JSON, file://PATH or fileb://PATH.",
        show_default=False,
    ),
]
Input = Annotated[
    Path | None,
    typer.Option("--input", metavar="FILE", help=HELP["--input"], show_default=False),
]
Output = Annotated[Style, typer.Option("--output", help=HELP["--output"])]
OutFile = Annotated[
    Path | None,
    typer.Option(
        "--outfile", "-o", metavar="FILE", help="Where it goes, if not to standard output.", show_default=False
    ),
]
Protocol = Annotated[str | None, typer.Option("--protocol", help=HELP["--protocol"], show_default=False)]


class Notation(StrEnum):
    """How a document is written that no table could show."""

    JSON = "json"
    YAML = "yaml"


Written = Annotated[
    Notation | None,
    typer.Option("--output", help="What is written: JSON, unless the file's name says YAML.", show_default=False),
]


def call(  # noqa: PLR0913 - as many as the command has options
    service: Service,
    operation: OperationName,
    members: Members = None,
    *,
    input: Input = None,  # noqa: A002 - the option's name
    profile: Annotated[str | None, typer.Option(help=HELP["--profile"], show_default=False)] = None,
    region: Annotated[str | None, typer.Option(show_default=False, help=HELP["--region"])] = None,
    endpoint_url: Annotated[str | None, typer.Option(show_default=False, help=HELP["--endpoint-url"])] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=HELP["--dry-run"])] = False,
    pages: Annotated[bool, typer.Option("--pages", help=HELP["--pages"])] = False,
    outfile: Annotated[Path | None, typer.Option("--outfile", help=HELP["--outfile"], show_default=False)] = None,
    output: Output = Style.JSON,
) -> None:
    """Call an operation of a service. All that is wrong with the input is told before anything is sent."""
    package = package_of(service)
    called = operation_of(package, operation)
    value = _checked_input(called, members or [], input)
    if dry_run:
        typer.echo(commands.messages.text_of(called.to_request(value)))
        return
    if pages and called.paging is None:
        misused(f"{called.name} has no pages")
    with commands.calling.client_of(package, profile=profile, region=region, endpoint_url=endpoint_url) as client:
        made = client.call_of(called)
        try:
            for found in made.pages_of(value) if pages else [made.send(value)]:
                _show_output(called, found, output, outfile)
        except ServiceError as error:
            _fail(error)


def encode(
    service: Service,
    operation: OperationName,
    members: Members = None,
    *,
    input: Input = None,  # noqa: A002 - the option's name
    protocol: Protocol = None,
) -> None:
    """Show the HTTP request of an input, without sending it."""
    called = operation_of(package_of(service), operation)
    value = _checked_input(called, members or [], input)
    typer.echo(
        commands.messages.text_of(called.to_request(value, protocol=_protocol(called.name, called.protocols, protocol)))
    )


def decode(
    service: Service,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="An HTTP message, a HAR archive or botocore's log; - for standard input."),
    ],
    *,
    operation: Annotated[
        str | None,
        typer.Option("--operation", help="Whose response it is; a request tells it itself.", show_default=False),
    ] = None,
    protocol: Protocol = None,
    output: Output = Style.JSON,
) -> None:
    """Show the values in HTTP messages: raw requests and responses, archives of browsers and proxies, and botocore's
    log.
    """
    package = package_of(service)
    named = operation_of(package, operation) if operation else None
    exchanges = [*commands.messages.exchanges_of(_read(file))]
    foreign = 0
    for exchange in exchanges:
        try:
            document = _decoded(package, named, exchange, protocol)
        except RoutingError:
            foreign += 1
            if foreign == len(exchanges):
                raise
        else:
            typer.echo(shown(document, output))
    if foreign:
        typer.echo(f"{foreign} of {len(exchanges)} requests are not of {package.service}", err=True)


def validate(
    service: Service,
    operation: OperationName,
    members: Members = None,
    *,
    input: Input = None,  # noqa: A002 - the option's name
) -> None:
    """Say all that is wrong with the input of an operation; exits with 1 where anything is."""
    called = operation_of(package_of(service), operation)
    _checked_input(called, members or [], input)
    typer.echo("valid")


def serve(
    services: Annotated[list[str], typer.Argument(metavar="SERVICE...", autocompletion=complete_packages)],
    *,
    port: Annotated[int, typer.Option(help="Of the loopback interface; 0 takes any that is free.")] = 4566,
    recording: Annotated[
        list[Path] | None,
        typer.Option(
            "--recording",
            metavar="FILE",
            help="Answers: a recording of botobind.testing, a HAR archive (.har) or boto3's log (.log).",
            show_default=False,
        ),
    ] = None,
    examples: Annotated[
        bool, typer.Option("--examples", help="Examples for what is in no recording, and not an error.")
    ] = False,
) -> None:
    """Answer requests of services until Ctrl-C: as recorded, or else with examples of their outputs."""
    packages = [package_of(name) for name in services]
    recordings = commands.recordings.Recordings(packages)
    for file in recording or ():
        typer.echo(f"{file}: {recordings.add(file)} calls")
    examples = examples or not recording
    with commands.serving.running_answers(packages, recordings, port, examples=examples) as url:
        typer.echo(f"listening on {url}")
        Event().wait()


def openapi(
    service: Service,
    *,
    operation: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Of this operation alone; may be repeated.",
            autocompletion=complete_package_operations,
            show_default=False,
        ),
    ] = None,
    protocol: Protocol = None,
    server: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="Where the service is, if not at AWS; may be repeated.", show_default=False),
    ] = None,
    outfile: OutFile = None,
    output: Written = None,
) -> None:
    """Write the OpenAPI document of a service, in JSON or YAML, to a file or to standard output."""
    package = package_of(service)
    named = [operation_of(package, each).name for each in operation or ()]
    protocol = _protocol(package.service, package.protocols, protocol)
    document = commands.describing.openapi(package, protocol=protocol, operations=named or None, servers=server or None)
    _write(document, outfile, output)


def schema(
    service: Service,
    cls: Annotated[
        str,
        typer.Argument(
            metavar="CLASS", help="GetItemInput, AttributeValue, ….", autocompletion=complete_package_classes
        ),
    ],
    *,
    outfile: OutFile = None,
    output: Written = None,
) -> None:
    """Write the JSON Schema of a class, in JSON or YAML, to a file or to standard output."""
    _write(commands.describing.json_schema(class_of(package_of(service), cls)), outfile, output)


def _write(document: dict[str, Any], file: Path | None, notation: Notation | None) -> None:
    """Writes a document to a file, or to standard output for `-` and without one."""
    if notation is None:
        is_yaml = file is not None and file.suffix.lower() in (".yaml", ".yml")
        notation = Notation.YAML if is_yaml else Notation.JSON
    text = shown(document, Style(notation.value))
    if file is None or str(file) == "-":
        typer.echo(text)
    else:
        with whole_file(file) as target:
            target.write(f"{text}\n".encode())


def _checked_input(operation: Operation[Any, Any, Any], members: Iterable[str], file: Path | None) -> Any:
    try:
        document = None if file is None else document_in(_read(file).decode())
        value = input_of(operation, [*members], document)
        if value is not None:
            value.validate()
    except (OptionError, ValueError) as error:
        misused(str(error))
    except DecodeError as error:
        misused(f"the input of {operation.name}: {error}")
    return value


def _read(file: Path) -> bytes:
    """What is in a file, or comes on standard input. Raises `OSError`."""
    return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()


def _protocol(name: str, spoken: Sequence[str], protocol: str | None) -> str | None:
    """The protocol that is asked for, if it is one of those that a service or an operation speaks."""
    if protocol is not None and protocol not in spoken:
        misused(f"{name} speaks {', '.join(spoken)}, not {protocol}")
    return protocol


def _decoded(package: Any, named: Any, exchange: Exchange, protocol: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    operation = named
    if exchange.request is not None:
        match = package.router.match(exchange.request)
        if exchange.operation not in (None, match.operation.name, *match.alternatives):
            raise RoutingError(f"{exchange.operation} is no operation of {package.service}", 404)
        operation, protocol = match.operation, match.protocol
        value = operation.of_request(match.request, protocol=protocol, constraints=False)
        found = {"operation": operation.name, "protocol": protocol, "input": document_of(value) if value else {}}
    if exchange.response is not None:
        if operation is None:
            misused("a response does not tell its operation: --operation does")
        answer = operation.of_response(
            exchange.response, protocol=_protocol(operation.name, operation.protocols, protocol)
        )
        found |= {"operation": operation.name, **_answer(answer)}
    if exchange.lacking:
        found["lacking"] = [*exchange.lacking]
    return found


def _answer(answer: Any) -> dict[str, Any]:
    if isinstance(answer, ServiceError):
        members = document_of(answer) if hasattr(answer, "MEMBERS") else {}  # type: ignore[arg-type]
        return {"error": {"code": answer.code, "message": answer.message, **members}}
    return {"output": document_of(answer) if answer is not None else {}}


def _show_output(operation: Any, output: Any, style: Style, outfile: Path | None) -> None:
    if output is None:
        return
    has_body = operation.output.PAYLOAD is not None
    document = commands.calling.without_body(output, outfile) if has_body else document_of(output)
    typer.echo(shown(document, style))


def _fail(error: ServiceError) -> None:
    typer.echo(f"Error: {error}", err=True)
    raise typer.Exit(FAILED)


def add_to(app: typer.Typer) -> None:
    """Gives a command line these commands."""
    for command in (call, encode, validate):
        app.command(cls=MembersCommand, short_help=COMMANDS[command.__name__], context_settings=MEMBERS)(command)
    plain: tuple[Callable[..., None], ...] = (decode, serve, openapi, schema)
    for each in plain:
        app.command(short_help=COMMANDS[each.__name__])(each)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command line that has these commands alone: the generator is not loaded."""
    app = typer.Typer(context_settings=SETTINGS, pretty_exceptions_enable=False)
    add_to(app)
    return run(app, arguments)
