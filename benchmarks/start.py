"""What the first call costs a fresh process: `python benchmarks/start.py` prints CPU and memory, ours and boto3's.

They are of the whole process, up to the response. Both sides have the same messages. In the last two rows clients send
them to a server on loopback, ours by its own engine; the others open no socket. All processes have their bytecode on
disk, as after an installation, and take turns. CPU is the least of all turns.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path

from corpus.instances import describe_instances_output
from measuring import botocores, calls, packages
from measuring.answers import answer
from measuring.startup import bytecode_in, run_probe
from rich.console import Console
from rich.table import Table

PROGRAMS: Mapping[str, str] = {
    "the interpreter": "bare",
    "import attrs": "bare_attrs",
    "import msgspec": "bare_msgspec",
    "EC2: DescribeInstances, 10 instances": "bare_instances",
    "the same by boto3": "bare_boto3_instances",
    "DynamoDB: GetItem": "json",
    "this by boto3": "bare_boto3_item",
    "DynamoDB: GetItem, sent": "bare_call",
    "and sent by boto3": "bare_boto3_call",
}
"""What is measured, each with its probe."""


def measure(rounds: int, *, names: Mapping[str, str] = PROGRAMS) -> Mapping[str, Mapping[str, float]]:
    """Of each program the least milliseconds of CPU and the least peak of megabytes."""
    path = packages.folder()
    packages.make_packages(path, {"ec2"})
    model = botocores.operation_model("ec2", "DescribeInstances", "ec2")
    with tempfile.TemporaryDirectory(prefix="botobind-start-") as folder, calls.server() as url:
        document = Path(folder) / "instances.xml"
        document.write_bytes(answer(model, "ec2", describe_instances_output(10)).body)
        options = bytecode_in(Path(folder) / "bytecode")
        turns = [
            {name: run_probe(probe, path, document, options, url) for name, probe in names.items()}
            for _ in range(rounds + 1)  # the first one compiles
        ]
    return {
        name: {figure: min(turn[name][figure] for turn in turns[1:]) for figure in ("cpu_ms", "peak_mb")}
        for name in names
    }


def main() -> None:
    """Prints a row for each program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    table = Table("program", title="The first call of a fresh process", title_justify="left")
    for heading in ("CPU, ms", "peak, MB"):
        table.add_column(heading, justify="right")
    for name, taken in measure(parser.parse_args().rounds).items():
        table.add_row(name, f"{taken['cpu_ms']:.1f}", f"{taken['peak_mb']:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
