"""``backlog findings``: everything the sources saw in the last run."""

from pathlib import Path

from backlog_pipeline.cli import options, output, present_findings
from backlog_pipeline.errors import UsageError


@options.command("findings", example="backlog findings --source sast_findings --below")
@options.option("--source", metavar="NAME", situation="Which findings", help="Only those of one source.")
@options.option(
    "--below", "is_below", is_flag=True, situation="Which findings",
    help="Only those that are too small to be items.",
)  # fmt: skip
@options.option(
    "--all", "is_all", is_flag=True, situation=options.FORM,
    help="Name every place that was not looked at, not only the first 20 of a source.",
)  # fmt: skip
@options.repo_option
@options.json_option
def command(source: str | None, *, is_below: bool, is_all: bool, repo: Path | None, is_json: bool) -> None:
    """List everything the sources saw, also what is too small to be an item."""
    from backlog_pipeline.assembly import read  # SQLAlchemy: not for --help
    from backlog_pipeline.cli import reading

    last = reading.read_known(repo)
    scans = read.last_scans(last.settings, last.known.repository.key)
    names = sorted(scan.source for scan in scans)
    if source is not None and source not in names:
        raise UsageError(f"there is no scan of {source!r}", next_step=f"use one of {', '.join(names)}")
    chosen = [scan for scan in scans if source in (None, scan.source)]
    found = [f for scan in chosen for f in scan.findings if f.is_below_bar or not is_below]
    if is_json:
        output.data([present_findings.as_json(finding) for finding in found])
        return
    if found:
        output.table(present_findings.as_table(found))
    certificates = [scan.certificate for scan in chosen]
    for line in (
        *present_findings.counted(chosen),
        *present_findings.not_looked_at(certificates),
        *present_findings.left_out(certificates, is_all=is_all),
    ):
        output.say(line)
