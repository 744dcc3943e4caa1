"""``backlog merge-driver``: what git calls when two versions of ``backlog.yml`` meet."""

from pathlib import Path

import click

from backlog_pipeline.cli import options, output, words
from backlog_pipeline.errors import BacklogFileError, StateError

_MOST_SAID = 20


@options.command("merge-driver", example="backlog merge-driver %O %A %B %P")
@click.argument("base", metavar="BASE", type=click.Path(path_type=Path))
@click.argument("ours", metavar="OURS", type=click.Path(path_type=Path))
@click.argument("theirs", metavar="THEIRS", type=click.Path(path_type=Path))
@click.argument("name", metavar="PATH", default="backlog.yml")
def command(base: Path, ours: Path, theirs: Path, name: str) -> None:
    """Merge two versions of backlog.yml by item and field; git calls it (see init --merge-driver).

    The result takes the place of OURS. Where it cannot merge, OURS stays as it is and the exit code
    is 4: git then reports a conflict, and the file holds no markers.
    """
    from backlog_pipeline.merge.three_way.merged import NotMerged, merged
    from backlog_pipeline.system import files

    found = merged(_content(base), _content(ours), _content(theirs), name)
    if isinstance(found, NotMerged):
        raise BacklogFileError(
            f"{name} was not merged and is as it was on this side: {words.plain(found.reason)}",
            next_step=f"see the other side with `git show :3:{name}`, take over what is missing, "
            f"then `git add {name}`",
        )
    files.write_atomic(ours, found.data)
    for sentence in found.said[:_MOST_SAID]:
        output.say(f"{name}: {words.plain(sentence)}")
    if len(found.said) > _MOST_SAID:
        output.say(
            f"{name}: and {words.count(len(found.said) - _MOST_SAID, 'decision')} more; see `git diff`"
        )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StateError(
            f"{path} could not be read ({error.strerror})",
            next_step="give the three files that git names: %O %A %B",
        ) from error
