"""The reference pages of sources, rules and metrics: their docstrings, as text that is read anywhere.

``python -m backlog_pipeline_tests.reference_pages`` writes them anew.
"""

import ast
from pathlib import Path

PROJECT = Path(__file__).parent.parent
FOLDERS = {
    "sources": "backlog_pipeline/discover/sources",
    "rules": "backlog_pipeline/score/rules",
    "metrics": "backlog_pipeline/measure/metrics",
}


def pages() -> dict[Path, str]:
    """What each page has to say, by its path."""
    return {
        PROJECT / "docs/reference" / folder / f"{module.stem}.md": _page(module)
        for folder, modules in FOLDERS.items()
        for module in sorted((PROJECT / modules).glob("[!_]*.py"))
    }


def _page(module: Path) -> str:
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return f"# `{module.stem}`\n\n{text}\n"


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
