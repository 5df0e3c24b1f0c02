"""A service of restXml whose answer has a member of every kind, in all the forms that XML has for them."""

from __future__ import annotations

from typing import Any

from support.hostile import EVERYTHING
from support.models import list_of, structure

KINDS: dict[str, Any] = {
    "metadata": {"protocol": "rest-xml"},
    "operations": {
        "GetKinds": {"name": "GetKinds", "http": {"method": "POST", "requestUri": "/"}, "output": {"shape": "Kinds"}}
    },
    "shapes": {
        **EVERYTHING["shapes"],
        "Kinds": structure(
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
        "Inner": structure(
            Flag="Flag", Time="Time", Thing="Thing", Numbers="Numbers", Document="Document", Double="Double"
        ),
        "Small": structure(Empty="Empty", Choice="Choice", Strict="Strict", Text="Text"),
        "Empty": structure(),
        "Empties": list_of("Empty"),
        "Strict": {**structure(Needed="Text", Other="Thing"), "required": ["Needed"]},
        "Stricts": list_of("Strict"),
        "Choices": list_of("Choice"),
        "Numbers": list_of("Integer"),
        "Blobs": list_of("Blob"),
    },
}
