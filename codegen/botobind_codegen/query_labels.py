"""Labels in the query string of a URI, such as `/disks?hold&add={HoldId}`: each is a parameter that must be there."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

_LABEL = re.compile(r"\{([^{}+]+)\+?\}")


def without_labels(uri: str) -> tuple[str, dict[str, str]]:
    """A URI without the parameters of its query string that are labels, and the names of these parameters by label.

    Raises `ValueError` where a label is but a part of a parameter, or stands in another place, too.
    """
    path, mark, query = uri.partition("?")
    if "{" not in query:
        return uri, {}
    found: dict[str, str] = {}
    constants = []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        label = _LABEL.fullmatch(value)
        if "{" not in pair:
            constants.append(pair)
        elif label is None or "{" in name:
            raise ValueError(f"has the parameter {pair!r}, in which a label is not the whole value")
        elif label[1] in found or label[1] in _LABEL.findall(path):
            raise ValueError(f"has the label {label[1]!r} in two places")
        else:
            found[label[1]] = unquote_plus(name)
    return f"{path}{mark if constants else ''}{'&'.join(constants)}", found
