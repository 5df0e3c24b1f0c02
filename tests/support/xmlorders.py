"""Documents of XML whose elements come in other orders, as those of other services, builds and fakes do."""

from __future__ import annotations

from random import Random

from lxml import etree


def in_order(data: bytes, seed: int) -> bytes:
    """The document with the elements inside of each other one in the order of a seed, the same wherever one of the name
    comes. What has one name stays as it was, as items of lists do.
    """
    root = etree.fromstring(data)
    for element in list(root.iter()):
        places = {child.tag: Random(f"{seed} {element.tag} {child.tag}").random() for child in element}
        element[:] = sorted(element, key=lambda child: places[child.tag])
    return etree.tostring(root)
