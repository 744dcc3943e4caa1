"""Score the comment source on the hand-labelled sample: precision and recall per language.

Run: ``python benchmarks/accuracy_comments.py`` (``--wrong`` lists what differs).
"""

import argparse

from backlog_pipeline_tests.discover.comments.labelled import Score, scores, total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--wrong", action="store_true", help="list each label missed and each marker too many"
    )
    parser.add_argument("--short", action="store_true", help="the same: it takes a second")
    arguments = parser.parse_args()
    found = scores()
    print("| language | markers (n) | words that are none | precision | recall |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for score in (*found, total(found)):
        print(_row(score))
    if arguments.wrong:
        for score in found:
            for wrong in (*score.missed, *score.too_many):
                print(wrong)


def _row(score: Score) -> str:
    return (
        f"| {score.language} | {score.labels} | {score.decoys} | {score.precision:.3f} | {score.recall:.3f} |"
    )


if __name__ == "__main__":
    main()
