"""pyright's language server, spoken to over its standard streams: what an editor asks of it, and how long it takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from attrs import define


class ServerError(Exception):
    """The server does not answer, or answers with an error."""


@define
class LanguageServer:
    """A running server, of which one file at a time is asked something."""

    process: subprocess.Popen[bytes]
    _last: int = 0
    _version: int = 0

    def request(self, method: str, **parameters: Any) -> Any:
        """The result of a request."""
        self._last += 1
        self._send({"id": self._last, "method": method, "params": parameters})
        while True:
            message = self._receive()
            if message.get("id") == self._last and "method" not in message:
                if "error" in message:
                    raise ServerError(f"{method}: {message['error']}")
                return message["result"]
            if "id" in message and "method" in message:
                self._send({"id": message["id"], "result": _answer(message)})

    def notify(self, method: str, **parameters: Any) -> None:
        """Tells the server something."""
        self._send({"method": method, "params": parameters})

    def show(self, file: Path, text: str) -> None:
        """Opens a file with a text, or gives it another one."""
        self._version += 1
        document = {"uri": file.as_uri(), "version": self._version}
        if self._version == 1:
            opened = {**document, "languageId": "python", "text": text}
            self.notify("textDocument/didOpen", textDocument=opened)
        else:
            self.notify("textDocument/didChange", textDocument=document, contentChanges=[{"text": text}])

    def ask(self, what: str, file: Path, text: str, place: int) -> tuple[Any, float]:
        """What the server says of a place in a text (`completion`, `hover`, `definition`, `signatureHelp`), and the
        milliseconds that it takes, from the text to the response.
        """
        before = text[:place]
        position = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        start = time.perf_counter()
        self.show(file, text)
        document = {"uri": file.as_uri()}
        result = self.request(f"textDocument/{what}", textDocument=document, position=position)
        return result, (time.perf_counter() - start) * 1000

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        if self.process.stdin is None:
            raise ServerError("the server has no standard input")
        self.process.stdin.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self.process.stdin.flush()

    def _receive(self) -> Any:
        out = self.process.stdout
        length = 0
        while out is not None and (line := out.readline()).strip():
            name, _, value = line.decode().partition(":")
            if name.lower() == "content-length":
                length = int(value)
        if out is None or not length:
            raise ServerError("the server has ended")
        return msgspec.json.decode(out.read(length))


def _answer(message: dict[str, Any]) -> Any:
    # It asks for settings, and has its own where there are none.
    if message["method"] == "workspace/configuration":
        return [{} for _ in message["params"]["items"]]
    return None


@contextmanager
def language_server(folder: Path, interpreter: Path) -> Iterator[LanguageServer]:
    """A server for the project in a folder, whose interpreter is given; it ends with the block."""
    settings = {"python.pythonPath": str(interpreter)}
    (folder / "pyrightconfig.json").write_text(json.dumps({"pythonVersion": "3.11", **_venv(interpreter)}))
    command = [sys.executable, "-m", "pyright.langserver", "--stdio"]
    environment = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    process = subprocess.Popen(  # noqa: S603 - ours
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    server = LanguageServer(process)
    try:
        workspace = [{"uri": folder.as_uri(), "name": folder.name}]
        capabilities = {
            "textDocument": {"hover": {"contentFormat": ["markdown"]}, "completion": {"completionItem": {}}},
        }
        server.request(
            "initialize",
            processId=os.getpid(),
            rootUri=folder.as_uri(),
            workspaceFolders=workspace,
            capabilities=capabilities,
            initializationOptions=settings,
        )
        server.notify("initialized")
        yield server
    finally:
        process.kill()
        process.communicate()


def _venv(interpreter: Path) -> dict[str, str]:
    environment = interpreter.parents[1]
    return {"venvPath": str(environment.parent), "venv": environment.name}
