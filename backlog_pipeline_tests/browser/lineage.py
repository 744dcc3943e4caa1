"""Take the README's picture of the lineage again, from a real run on a repository.

    python -m backlog_pipeline_tests.browser.lineage --repo PATH [--to docs/images/lineage.png]

Runs ``backlog run`` and ``backlog ui`` on a state folder of its own; vulnerabilities are asked of the
loopback service that the tests use, so that the picture needs no network. Needs Chromium.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from backlog_pipeline_tests.browser import chromium
from backlog_pipeline_tests.orchestration.serving import Ui
from backlog_pipeline_tests.osv_server import osv_server

RUN = "from backlog_pipeline.cli.main import run_and_exit; run_and_exit()"
GROUPS = ("discover", "merge", "score", "plan")
PICTURE = Path(__file__).parent.parent.parent / "docs" / "images" / "lineage.png"
SIZE = (1720, 780)


def lineage_url(ui: str) -> str:
    """The page of the whole lineage, with all groups expanded."""
    return f"{ui}/asset-groups?expanded=" + ",".join(f"global@global:{group}" for group in GROUPS)


def main() -> None:
    """Run, serve, take the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repo", type=Path, required=True)
    parser.add_argument("--to", type=Path, default=PICTURE)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="backlog-lineage-") as folder, osv_server() as osv:
        home = Path(folder)
        (home / "backlog.toml").write_text(f'[sources.dependency_vulnerabilities]\nosv_url = "{osv.url}"\n')
        run = [sys.executable, "-P", "-c", RUN, "run", "--repo", str(options.repo.resolve())]
        subprocess.run(run, env=Ui.environment(home), check=True)
        ui = Ui(home, home)
        try:
            chromium.picture_of(lineage_url(ui.url), options.to, size=SIZE)
        finally:
            ui.stop()


if __name__ == "__main__":
    main()
