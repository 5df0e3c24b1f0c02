"""A service of restXml whose answer has a member of every kind, in all the forms that XML has for them."""

from __future__ import annotations

from typing import Any

from support.hostile import EVERYTHING, _list, _structure

KINDS: dict[str, Any] = {
    "metadata": {"protocol": "rest-xml"},
    "operations": {
        "GetKinds": {"name": "GetKinds", "http": {"method": "POST", "requestUri": "/"}, "output": {"shape": "Kinds"}}
    },
    "shapes": {
        **EVERYTHING["shapes"],
        "Kinds": _structure(
            Id="Text",
            Kind={"shape": "Text", "xmlAttribute": True, "locationName": "kind"},
            Empty="Empty",
            Choice="Choice",
            Choices="Choices",
            FlatChoices={"shape": "Choices", "flattened": True},
            Strict="Strict",
            Stricts="Stricts",
            Thing="Thing",
            Things="Things",
            FlatThings={"shape": "Things", "flattened": True},
            Empties="Empties",
            FlatEmpties={"shape": "Empties", "flattened": True},
            Numbers="Numbers",
            FlatNumbers={"shape": "Numbers", "flattened": True},
            Blobs="Blobs",
            Inner="Inner",
            Map="Map",
            FlatMap={"shape": "ThingMap", "flattened": True},
            SparseTexts="SparseTexts",
            SparseMap="SparseMap",
            Small="Small",
            Everything="Everything",
            Last="Text",
        ),
        "Inner": _structure(
            Flag="Flag", Time="Time", Thing="Thing", Numbers="Numbers", Document="Document", Double="Double"
        ),
        "Small": _structure(Empty="Empty", Choice="Choice", Strict="Strict", Text="Text"),
        "Empty": _structure(),
        "Empties": _list("Empty"),
        "Strict": {**_structure(Needed="Text", Other="Thing"), "required": ["Needed"]},
        "Stricts": _list("Strict"),
        "Choices": _list("Choice"),
        "Numbers": _list("Integer"),
        "Blobs": _list("Blob"),
    },
}
