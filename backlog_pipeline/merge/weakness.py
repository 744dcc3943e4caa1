"""Which weaknesses are one in two accuracies: scanners name the general one or a kind of it.

Source of the table: CWE List, Research Concepts (view 1000), relation ChildOf; the kinds that scanners of
source code name beside their parents.
"""

from collections.abc import Mapping

_KIND_OF: Mapping[str, str] = {
    **dict.fromkeys(("CWE-80", "CWE-81", "CWE-83", "CWE-84", "CWE-85", "CWE-86", "CWE-87"), "CWE-79"),
    **dict.fromkeys(("CWE-78", "CWE-88"), "CWE-77"),
    **dict.fromkeys(("CWE-95", "CWE-96"), "CWE-94"),
    **dict.fromkeys(("CWE-23", "CWE-36"), "CWE-22"),
    **dict.fromkeys(("CWE-259", "CWE-321"), "CWE-798"),
    **dict.fromkeys(("CWE-378", "CWE-379"), "CWE-377"),
    "CWE-564": "CWE-89",
    "CWE-338": "CWE-330",
    "CWE-328": "CWE-327",
    "CWE-297": "CWE-295",
    "CWE-276": "CWE-732",
}


def weaknesses(fact: str) -> frozenset[str]:
    """The weaknesses that a ``cwe`` fact names (``CWE-80, CWE-200``), each as the general one it is of."""
    return frozenset(_KIND_OF.get(name, name) for name in fact.replace(",", " ").split())
