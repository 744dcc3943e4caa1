"""The trends that led to a day: one value a day, for a picture."""

from backlog_pipeline.measure.interface import Known
from backlog_pipeline.model.metric import Series

CODE_COMMENTS = "code_comments"
SAST_FINDINGS = "sast_findings"


def trends(known: Known) -> tuple[Series, ...]:
    """One series a trend, over ``known.before`` and the day itself."""
    return ()
