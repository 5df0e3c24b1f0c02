"""The files of a package: what each of them says, in order. Laying it out is for `render`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from itertools import filterfalse

from attrs import frozen

from botobind_codegen import naming
from botobind_codegen.literals import literal
from botobind_codegen.model import PROTOCOL_ORDER, Operation, Service, Shape
from botobind_codegen.plan.annotations import Annotations
from botobind_codegen.plan.checks import check_operation
from botobind_codegen.plan.classes import ClassPlan, plan_class
from botobind_codegen.plan.closure import Plan
from botobind_codegen.plan.endpoint_rules import EndpointRulesPlan, plan_endpoint_rules
from botobind_codegen.plan.error_tables import COMMON_MODULE, COMMON_TABLE, COMMON_UNION, ErrorCodec
from botobind_codegen.plan.paging import plan_pages
from botobind_codegen.plan.routes import RouterPlan, plan_router
from botobind_codegen.plan.stubs import ValuesStub, plan_values_stub
from botobind_codegen.plan.texts import Text, text_of_operation
from botobind_codegen.plan.waiters import WaitersPlan, plan_waiters
from botobind_codegen.plan.waits import WaitsStub, plan_waits
from botobind_codegen.scope.imports import Imports
from botobind_codegen.scope.names import is_class


@frozen
class EnumPlan:
    """A `StrEnum`, ready to be laid out."""

    name: str
    documentation: str
    members: tuple[tuple[str, str], ...]


@frozen
class AliasPlan:
    """An alias, ready to be laid out."""

    name: str
    right_side: str


@frozen
class ModulePlan:
    """A module of `values`."""

    title: str
    imports: Imports
    classes: tuple[ClassPlan, ...] = ()
    enums: tuple[EnumPlan, ...] = ()
    aliases: tuple[AliasPlan, ...] = ()
    constants: tuple[tuple[str, str, str], ...] = ()
    """Names, annotations and values."""


@frozen
class OperationPlan:
    """A module of `endpoints`: the operation's name and the arguments that describe it."""

    name: str
    annotation: str
    """The operation's type, for the stub."""
    constructor: str
    imports: Imports
    arguments: tuple[tuple[str, str], ...]
    documentation: Text


@frozen
class CallPlan:
    """A method of the clients: its name, the operation that it calls, the class of its input, if it takes one, and
    whether it gives pages.
    """

    name: str
    operation: str
    input: str | None
    is_paged: bool


@frozen
class PackagePlan:
    """A package: its constants and its modules by name."""

    name: str
    service: str
    documentation: str
    constants: Mapping[str, tuple[str, str]]
    modules: Mapping[str, ModulePlan]
    error_modules: Mapping[str, ModulePlan]
    """The modules of what is said of the errors of operations, which are no shapes."""
    classes: Mapping[str, str]
    """The module of each class in `values`, by name in order."""
    aliases: Mapping[str, str]
    """The module of each alias in `values`, by name in order."""
    enums: tuple[EnumPlan, ...]
    values_stub: ValuesStub
    operations: Mapping[str, OperationPlan]
    """The operations by module of `endpoints`."""
    operations_imports: Imports
    """What the stub of `endpoints` imports."""
    calls: tuple[CallPlan, ...]
    """The methods of the clients."""
    transfers: str
    """The inputs that transfers of whole objects take, as the stub has them in brackets; empty where there are none."""
    waits: WaitsStub
    """What the stub of the clients has for waiters."""
    renamed_operations: Mapping[str, str]
    """The Python names of the operations that are not called as in the API, by their names there."""
    router: RouterPlan
    waiters: WaitersPlan | None
    endpoint_rules: EndpointRulesPlan | None


def plan_package(plan: Plan) -> PackagePlan:
    """Everything that the package of a service says."""
    for operation in plan.operations.values():
        check_operation(plan.service, operation)
    by_module: dict[str, list[Shape]] = {}
    for name, shape in plan.shapes.items():
        by_module.setdefault(plan.names.module_of(name), []).append(shape)
    modules = {module: _module(plan, module, shapes) for module, shapes in by_module.items()}
    error_modules = {"operation_errors": _operation_errors(plan)}
    if plan.facts.common_errors:
        error_modules[COMMON_MODULE] = _common_errors(plan)
    stub_imports = Imports(folders=1, is_stub=True)
    stub_imports.use("botobind.operations", "OperationTable")
    stub_imports.use_shapes()
    return PackagePlan(
        name=plan.names.package,
        service=plan.service.name,
        documentation=plan.service.documentation,
        constants=_constants(plan),
        modules=modules,
        error_modules=error_modules,
        operations=_operations(plan, stub_imports),
        operations_imports=stub_imports,
        waiters=plan_waiters(plan),
        endpoint_rules=plan_endpoint_rules(plan),
        calls=_calls(plan),
        transfers=_transfers(plan),
        waits=plan_waits(plan),
        renamed_operations={
            name: plan.names.operations[name] for name in sorted(plan.operations) if plan.names.operations[name] != name
        },
        router=plan_router(plan.service, plan.operations.values(), plan.protocols()),
        enums=tuple(enum for module in modules.values() for enum in module.enums),
        values_stub=plan_values_stub(plan, _classes(plan, modules)),
        classes=_modules_by_name(plan, filter(is_class, plan.shapes.values())),
        aliases=_modules_by_name(plan, filterfalse(is_class, plan.shapes.values())),
    )


def _modules_by_name(plan: Plan, shapes: Iterable[Shape]) -> dict[str, str]:
    """The module of each shape by its name in Python; capitals and small letters stand among each other."""
    found = {plan.names.classes[shape.name]: plan.names.module_of(shape.name) for shape in shapes}
    return dict(sorted(found.items(), key=lambda pair: pair[0].lower()))


def _classes(plan: Plan, modules: Mapping[str, ModulePlan]) -> dict[str, ClassPlan]:
    """The classes of structures, unions and errors by shape."""
    by_name = {found.name: found for module in modules.values() for found in module.classes}
    return {name: by_name[plan.names.classes[name]] for name in plan.shapes if plan.names.classes[name] in by_name}


def _module(plan: Plan, module: str, shapes: list[Shape]) -> ModulePlan:
    imports = Imports(2, {plan.names.classes[shape.name] for shape in shapes})
    classes = tuple(
        plan_class(plan, shape, imports) for shape in shapes if shape.kind == "structure" and not shape.document
    )
    enums = tuple(_enum(plan, shape) for shape in shapes if shape.enum)
    if enums:
        imports.use("enum", "StrEnum")
    rest = [shape for shape in shapes if not shape.enum and (shape.kind != "structure" or shape.document)]
    aliases = tuple(_alias(plan, shape, module, imports) for shape in _inner_first(rest))
    if aliases:
        imports.use("typing", "TypeAlias")
    titles = [*(found.name for found in classes), *(found.name for found in enums)] or [
        "Aliases of scalars, and of lists and maps of them"
    ]
    return ModulePlan(titles[0], imports, classes, enums, aliases)


def _inner_first(shapes: list[Shape]) -> list[Shape]:
    """The shapes of a module so that each comes after those that its alias names; otherwise by name."""
    here = {shape.name: shape for shape in shapes}
    ordered: dict[str, Shape] = {}

    def place(shape: Shape) -> None:
        if shape.name in ordered:
            return
        for reference in shape.references:
            if reference.target in here:
                place(here[reference.target])
        ordered[shape.name] = shape

    for name in sorted(here):
        place(here[name])
    return list(ordered.values())


def _enum(plan: Plan, shape: Shape) -> EnumPlan:
    members = naming.enum_member_names(shape.enum)
    return EnumPlan(
        plan.names.classes[shape.name],
        shape.documentation,
        tuple((name, literal(value)) for value, name in members.items()),
    )


def _alias(plan: Plan, shape: Shape, module: str, imports: Imports) -> AliasPlan:
    annotations = Annotations(plan.facts, plan.names, imports, place=module)
    return AliasPlan(plan.names.classes[shape.name], annotations.right_side(shape))


def _operation_errors(plan: Plan) -> ModulePlan:
    imports = Imports(folders=1)
    imports.use("typing", "TypeAlias")
    codec = ErrorCodec(plan.facts, plan.names, imports)
    names = plan.names.operations
    common = [AliasPlan(COMMON_UNION, codec.common_union())] if plan.facts.common_errors else []
    aliases = (
        AliasPlan(names[operation.name], codec.union(operation.errors, COMMON_UNION))
        for operation in plan.operations.values()
    )
    return ModulePlan("The closed union of errors of each operation", imports, aliases=(*common, *aliases))


def _common_errors(plan: Plan) -> ModulePlan:
    imports = Imports(folders=1)
    mapping = imports.use("collections.abc", "Mapping")
    classes = ErrorCodec(plan.facts, plan.names, imports).classes_by_code(plan.facts.common_errors)
    constant = (COMMON_TABLE, f"{mapping}[str, str]", literal(classes))
    return ModulePlan("The errors of every operation: their classes by code", imports, constants=(constant,))


def _operations(plan: Plan, stub_imports: Imports) -> dict[str, OperationPlan]:
    modules = _operation_modules(plan)
    return {modules[name]: _operation(plan, plan.operations[name], stub_imports) for name in sorted(plan.operations)}


def _operation_modules(plan: Plan) -> dict[str, str]:
    """The modules of the operations, which are what clients call them, too."""
    names = plan.names.operations
    return naming.module_names(names, {*names.values(), *naming.CLIENT_ATTRIBUTES})


def _calls(plan: Plan) -> tuple[CallPlan, ...]:
    modules, names, classes = _operation_modules(plan), plan.names.operations, plan.names.classes
    operations = plan.operations
    taken = {name: operation.input for name, operation in operations.items()}
    return tuple(
        CallPlan(
            modules[name],
            names[name],
            classes[shape] if (shape := taken[name]) else None,
            operations[name].pagination is not None,
        )
        for name in sorted(operations)
    )


_TRANSFERS = ("PutObject", "GetObject", "CopyObject")
"""The operations of S3 that `botobind.io.s3` makes transfers of."""


def _transfers(plan: Plan) -> str:
    if plan.service.name != "s3" or not plan.operations.keys() >= {*_TRANSFERS}:
        return ""
    inputs = [plan.operations[name].input for name in _TRANSFERS]
    return f"[{', '.join(f'_values.{plan.names.classes[shape]}' for shape in inputs if shape)}]"


def _operation(plan: Plan, operation: Operation, stub_imports: Imports) -> OperationPlan:
    imports = Imports(folders=2)
    classes = plan.names.classes
    shapes = imports.use_shapes()
    constructor = imports.use("botobind.operations", "operation")
    name = plan.names.operations[operation.name]
    taken, given = (f"{shapes}.{classes[shape]}" if shape else "None" for shape in (operation.input, operation.output))
    pages = plan_pages(plan, operation, imports, stub_imports)
    declared = stub_imports.use("botobind.operations", "Operation" if pages is None else "PagedOperation")
    facts: dict[str, object] = {
        "name": operation.name,
        "wire_name": operation.wire_name if operation.wire_name != operation.name else None,
        "method": operation.method if operation.method != "POST" else None,
        "uri": operation.uri if operation.uri != "/" else None,
        "status": operation.status if operation.status != HTTPStatus.OK else None,
        "protocols": plan.protocols(),
        "input_shape": classes[operation.input] if operation.input else None,
        "output_shape": classes[operation.output] if operation.output else None,
        **_roots(plan, operation),
        "result_wrapper": operation.result_wrapper,
        "traits": dict(operation.traits),
    }
    shown = [(key, literal(value)) for key, value in facts.items() if value or key == "protocols"]
    codec = ErrorCodec(plan.facts, plan.names, imports)
    inherited = codec.errors_of(plan.service.shapes[operation.output]) if operation.output else ()
    if inherited != operation.errors:
        shown.append(("error_shapes", codec.table(operation.errors)))
    if pages is not None:
        shown.append(("paging", pages.arguments))
    item = "" if pages is None else f", {pages.item}"
    return OperationPlan(
        name,
        f"{declared}[{taken}, {given}, {shapes}.operation_errors.{name}{item}]",
        constructor,
        imports,
        (("values", shapes), *shown),
        text_of_operation(plan, operation),
    )


def _roots(plan: Plan, operation: Operation) -> dict[str, object]:
    """The root elements of XML bodies and their namespaces, where they are not the shapes' names."""
    shapes = plan.service.shapes
    taken = shapes[operation.input] if operation.input else None
    given = shapes[operation.output] if operation.output else None
    input_namespace = operation.input_namespace or (taken.root_namespace if taken else None)
    output_namespace = operation.output_namespace or (given.root_namespace if given else None)
    return {
        "input_tag": (taken.root_name if taken else None) or operation.input_location_name,
        "input_namespace": input_namespace.uri if input_namespace else None,
        "output_tag": (given.root_name if given else None) or operation.output_location_name,
        "output_namespace": output_namespace.uri if output_namespace else None,
    }


def _constants(plan: Plan) -> dict[str, tuple[str, str]]:
    """The constants of the package: annotation and value by name."""
    metadata = plan.service.metadata
    protocols = tuple(name for name in PROTOCOL_ORDER if name in plan.service.protocols)
    namespace = metadata.get("xmlNamespace")
    texts = {
        "service": plan.service.name,
        "service_id": metadata.get("serviceId"),
        "service_full_name": metadata.get("serviceFullName"),
        "api_version": metadata.get("apiVersion"),
        "endpoint_prefix": metadata.get("endpointPrefix"),
        "global_endpoint": metadata.get("globalEndpoint"),
        "signature_version": metadata.get("signatureVersion"),
        "signing_name": metadata.get("signingName") or metadata.get("endpointPrefix"),
        "protocol": plan.service.protocol,
        "target_prefix": metadata.get("targetPrefix"),
        "json_version": metadata.get("jsonVersion"),
        "xml_namespace": namespace.get("uri") if isinstance(namespace, Mapping) else namespace,
    }
    constants = {
        name: ("str" if isinstance(value, str) else "str | None", literal(value)) for name, value in texts.items()
    }
    constants["protocols"] = ("tuple[str, ...]", literal(protocols))
    constants["metadata"] = ("Mapping[str, Any]", literal({**plan.service.traits, **_discovery(plan.service)}))
    return constants


def _discovery(service: Service) -> dict[str, tuple[str, ...]]:
    """The operations by which botocore knows that a service has endpoints to be discovered, so that it need not look at
    all: the one that discovers them, and one that does not go without.
    """
    operations = service.operations.values()
    finding = [each.name for each in operations if each.traits.get("endpointoperation")]
    demanding = [each.name for each in operations if each.traits.get("endpointdiscovery", {}).get("required")]
    return {"endpointDiscovery": (*finding[:1], *demanding[:1])} if finding else {}
