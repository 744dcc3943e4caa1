"""The data's way: what the assets and commands call, stage by stage.

``parts`` is what every stage works with, ``stages`` a run from a repository to its plan, ``by_hand`` what
a person does by command, ``days`` the measuring of days, ``audit`` the proof of the ledger. Here rooms are
called in order and what they decided is done; nothing is decided here.
"""

from backlog_pipeline.pipeline.human_file import BACKLOG_FILE
from backlog_pipeline.pipeline.parts import Parts
from backlog_pipeline.pipeline.stages import (
    discover,
    look_at_repository,
    merge_backlog,
    plan_work,
    render,
    score_backlog,
)

__all__ = [
    "BACKLOG_FILE",
    "Parts",
    "discover",
    "look_at_repository",
    "merge_backlog",
    "plan_work",
    "render",
    "score_backlog",
]
