"""What `botobind generate` does with the services that it is asked for: each is known, made, compared or written."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from functools import cache, partial
from pathlib import Path

import typer
from attrs import evolve, frozen

from botobind.errors import BotobindError
from botobind_codegen.cache import OutputCache, inputs_digest
from botobind_codegen.choosing import unknown_operations
from botobind_codegen.digest import model_digest
from botobind_codegen.drift import explain
from botobind_codegen.ending import failed, misused
from botobind_codegen.load import load_service
from botobind_codegen.narrowing import what_goes
from botobind_codegen.pipeline import GeneratedPackage, GenerateOptions, complete_package, generate_package
from botobind_codegen.processes import Failure, attempt
from botobind_codegen.reporting import Outcome, finish, run_all
from botobind_codegen.scratch import scratch_folder
from botobind_codegen.write import check_package, recover_packages, write_package


@frozen(kw_only=False)
class Job:
    """What to do: `options` by service, from the models in `data_path` to the packages in `out`."""

    out: Path
    data_path: Path | None
    options: Mapping[str, GenerateOptions]
    check: bool
    force: bool


def run_job(job: Job, jobs: int | None) -> None:
    """Does it, says what became of each service, and ends the command with 1 where there are errors or drift.

    Before anything is written it ends the command where an operation is not in its model, or where a package would
    lose operations or formats and nobody wants that.
    """
    if not job.check:
        recover_packages(job.out)
    saved = OutputCache(job.out)
    inputs = {name: _inputs(name, job.data_path, options) for name, options in job.options.items()}
    known = {} if job.force else _known(saved, inputs, job)
    _look_ahead(job, known)
    with scratch_folder() as scratch:
        task = partial(_produce, data_path=job.data_path, options=job.options, scratch=scratch)
        accept = partial(_checked if job.check else _written, job, saved, inputs)
        try:
            outcomes = run_all(task, list(job.options), jobs, accept, known)
        finally:
            saved.save()
    finish(outcomes)


def _inputs(name: str, data_path: Path | None, options: GenerateOptions) -> str | None:
    try:
        return inputs_digest(name, data_path, options)
    except (BotobindError, OSError):
        # What is wrong with the model is for the stage that reads it to say.
        return None


def _known(saved: OutputCache, inputs: Mapping[str, str | None], job: Job) -> dict[str, Outcome]:
    """What is to be said of the services that are as they would be generated."""
    said = "up to date" if job.check else "unchanged"
    counts = {
        name: saved.unchanged(job.options[name].package_of(name), digest) for name, digest in inputs.items() if digest
    }
    return {name: Outcome((f"{name}: {count} files, {said}",)) for name, count in counts.items() if count is not None}


def _look_ahead(job: Job, known: Collection[str]) -> None:
    @cache
    def modelled(name: str) -> Collection[str] | None:
        """The operations of a model; None for a broken one: what is wrong there is for the stage that reads it."""
        loaded = attempt(lambda each: load_service(each, job.data_path, job.options[each].model), name)
        found = None if isinstance(loaded, Failure) else loaded.document.get("operations")
        return list(found) if isinstance(found, Mapping) else None

    problems, losses = [], []
    for name, options in job.options.items():
        if name in known:
            continue
        if options.operations and (available := modelled(name)) is not None:
            problems += unknown_operations(name, options.operations, available)
        if not job.check and not job.force:
            folder = job.out / options.package_of(name)
            if loss := what_goes(folder, name, options, partial(modelled, name)):
                losses.append(f"{folder}: {loss} would go")
    if problems:
        misused(*problems)
    if losses:
        _agree(losses)


def _agree(losses: list[str]) -> None:
    """Asks where there is somebody to ask, and ends the command unless that is wanted."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        failed(*(f"{loss}; give --force, or keep both by another --out" for loss in losses))
    for loss in losses:
        typer.echo(loss, err=True)
    # Not typer's way of asking, to which Ctrl-C is an answer.
    typer.echo("Go on? [y/N]: ", nl=False, err=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        failed("nothing was written")


# One service: what runs in a worker process, and what the main process does with its result.


def _produce(
    name: str, data_path: Path | None, options: Mapping[str, GenerateOptions], scratch: Path
) -> GeneratedPackage:
    return complete_package(generate_package(name, data_path, options[name]), scratch)


def _written(
    job: Job, saved: OutputCache, inputs: Mapping[str, str | None], name: str, generated: GeneratedPackage
) -> Outcome:
    changes = write_package(job.out, generated.package, generated.files, force=job.force)
    saved.remember(generated.package, inputs[name], len(generated.files))
    lost = {"replaced": changes.edited, "removed": changes.foreign}
    counts = {"added": changes.added, "changed": changes.changed, "removed": changes.removed}
    said = ", ".join(f"{len(paths)} {what}" for what, paths in counts.items() if paths)
    return Outcome(
        (
            *(f"{word}: {generated.package}/{path}" for word, paths in lost.items() for path in paths),
            f"{name}: {len(generated.files)} files, {said or 'unchanged'}",
        )
    )


def _checked(
    job: Job, saved: OutputCache, inputs: Mapping[str, str | None], name: str, generated: GeneratedPackage
) -> Outcome:
    changes = check_package(job.out, generated.package, generated.files)
    if not changes.any:
        saved.remember(generated.package, inputs[name], len(generated.files))
        return Outcome((f"{name}: {len(generated.files)} files, up to date",))
    count = len(changes.added) + len(changes.changed) + len(changes.removed)
    lines = explain(job.out / generated.package, changes, generated.files, partial(_digest, name, job))
    return Outcome((*lines, f"{name}: {len(generated.files)} files, {count} differ"), drift=True)


def _digest(name: str, job: Job, options: GenerateOptions) -> str:
    # What a user has done to the model is not in the words of options, but for our patches.
    model = evolve(job.options[name].model, builtin_patches=options.model.builtin_patches)
    return model_digest(load_service(name, job.data_path, model).document, options)
