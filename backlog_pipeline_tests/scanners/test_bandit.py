import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline.scanners import bandit
from backlog_pipeline.scanners.bandit import BanditFile, SourceFile

CORPUS = Path(__file__).with_name("bandit_corpus.py.txt").read_bytes()
FAILING_WORKER = "backlog_pipeline_tests.scanners.failing_worker"


class KeptInMemory(dict[str, str]):
    def get_many(self, scanner: str, keys: Iterable[str]) -> dict[str, str]:
        return {k: self[scanner + k] for k in keys if scanner + k in self}

    def put_many(self, scanner: str, results: dict[str, str]) -> None:
        self.update({scanner + k: v for k, v in results.items()})


class Tree:
    """Files as a commit would hold them; counts which contents are read."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.contents = {f"blob-{hash(data)}": data for data in files.values()}
        self.files = [SourceFile(p, f"blob-{hash(d)}", len(d)) for p, d in files.items()]
        self.read: list[str] = []

    def blobs(self, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for blob in ids:
            self.read.append(blob)
            yield blob, self.contents[blob]


def check(files: dict[str, bytes], cache: KeptInMemory | None = None, **options) -> dict[str, BanditFile]:
    tree = Tree(files)
    kept = KeptInMemory() if cache is None else cache
    return bandit.check_files(tree.files, tree.blobs, kept, jobs=2, **options)


def check_one(data: bytes) -> BanditFile:
    return check({"a.py": data})["a.py"]


def own_command(folder: Path) -> tuple[Counter[tuple[object, ...]], list[str]]:
    """What `bandit -r` says of a folder: results, and the files it could not read."""
    argv = [sys.executable, "-m", "bandit", "-q", "-r", ".", "-f", "json"]
    ended = subprocess.run(argv, cwd=folder, capture_output=True, check=False)
    report = json.loads(ended.stdout)
    rows = (
        (r["filename"][2:], r["line_number"], r["test_id"], r["issue_severity"], r["issue_confidence"],
         r["test_name"], r["issue_cwe"].get("id", 0))
        for r in report["results"]
    )  # fmt: skip
    return Counter(rows), sorted(e["filename"][2:] for e in report["errors"])


def ours(outcomes: dict[str, BanditFile]) -> Counter[tuple[object, ...]]:
    return Counter(
        (p, r.line, r.test_id, r.severity, r.confidence, r.test_name, r.cwe)
        for p, o in outcomes.items()
        for r in o.results
    )


HOSTILE = {
    "bom.py": b"\xef\xbb\xbfassert x\n",
    "latin.py": b"# -*- coding: latin-1 -*-\npassword = '\xe9'\nassert x # nosec\n",
    "utf7.py": b"# -*- coding: utf-7 -*-\nassert x # +AG4AbwBzAGUAYw-\n",
    "wrong_cookie.py": b"# coding: no-such-thing\nassert x\n",
    "not_utf8.py": b"assert x\nname = '\xff\xfe'\n",
    "nul.py": b"assert x\n\0\n",
    "python2.py": b"print 'x'\nassert x\n",
    "tabs.py": b"if x:\n\tassert x\n        assert y\n",
    "empty.py": b"",
    "crlf.py": b"x = 1\r\nassert x\r\n\r\npassword = 'a'\r\n",
    "old_mac.py": b"x = 1\rassert x\r",
    "form_feed.py": b"x = 1\n\x0cassert x\n",
    "bidi.py": "x = '\u202e'\nassert x\n".encode(),
    "open_bracket.py": b"x = (\n# nosec\nassert x\n",
    "unfinished.py": b"assert x # nosec\nx = '''\n",
    "parentheses.py": b"(" * 5000 + b")" * 5000,
    "minus.py": b"-" * 50_000 + b"1",
    "attributes.py": b"assert a" + b".b" * 3000,
    "sums.py": b"assert x\ny = " + b"1+" * 3000 + b"1",
    "calls.py": b"f(" * 80 + b"eval(x)" + b")" * 80,
}


def test_results_are_those_of_bandits_own_command(tmp_path: Path):
    files = {"pkg/__init__.py": b"", "pkg/corpus.py": CORPUS, "corpus.py": CORPUS, **HOSTILE}
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(data)
    outcomes = check(files)
    theirs, unread = own_command(tmp_path)
    assert len({row[2] for row in theirs}) > 45, (
        "the corpus should make Bandit report something of most kinds"
    )
    assert ours(outcomes) == theirs
    assert sorted(p for p, o in outcomes.items() if o.unread) == unread


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("python2.py", "not valid Python: Missing parentheses"),
        ("nul.py", "null bytes"),
        ("wrong_cookie.py", "no-such-thing"),
        ("minus.py", "nested more deeply than Bandit can follow"),
        ("attributes.py", "nested more deeply than Bandit can follow"),
    ],
)
def test_a_file_that_bandit_cannot_read_says_why(name: str, reason: str):
    assert reason in check_one(HOSTILE[name]).unread


def test_files_of_equal_content_are_read_once():
    tree = Tree({"a.py": b"assert x", "b/c.py": b"assert x"})
    outcomes = bandit.check_files(tree.files, tree.blobs, KeptInMemory())
    assert len(tree.read) == 1
    assert outcomes["a.py"] == outcomes["b/c.py"] != bandit.CLEAN


def test_what_is_kept_is_not_read_again_and_says_the_same():
    cache = KeptInMemory()
    first = check({"a.py": CORPUS, "b.py": b"x = 1", "c.py": b"print 1"}, cache)
    tree = Tree({"a.py": CORPUS, "b.py": b"x = 1", "c.py": b"print 1", "d.py": b"y = 2"})
    second = bandit.check_files(tree.files, tree.blobs, cache)
    assert len(tree.read) == 1
    assert second == first | {"d.py": bandit.CLEAN}


def test_nosec_is_honoured_and_counted():
    outcome = check_one(b"eval(x)  # nosec\neval(y)  # nosec B307\neval(z)  # nosec B101\n")
    assert [r.line for r in outcome.results] == [3]
    assert outcome.nosec == 2


def test_a_configuration_in_the_tree_silences_nothing():
    files = {
        "a.py": b"eval(x)",
        "pyproject.toml": b"[tool.bandit]\nskips = ['B307']\n",
        ".bandit": b"[bandit]\nskips: B307\n",
    }
    python = {p: d for p, d in files.items() if p.endswith(".py")}
    assert [r.test_id for r in check(python)["a.py"].results] == ["B307"]


def test_no_password_is_kept():
    cache = KeptInMemory()
    lines = (
        "password = 'hunter2'",
        "f(token='hunter2')",
        "def g(pwd='hunter2'): pass",
        'secret == "hunter2"',
    )
    outcome = check({"a.py": "\n".join(lines).encode()}, cache)["a.py"]
    assert [r.test_id for r in outcome.results] == ["B105", "B106", "B107", "B105"]
    assert "hunter2" not in repr(outcome)
    assert "hunter2" not in repr(dict(cache))


def codes(source: str) -> list[str]:
    return [r.code for r in check_one(source.encode()).results]


def test_code_is_the_same_after_reformatting():
    assert codes('subprocess.call("x "+y, shell=True)') == codes(
        "subprocess.call(\n    'x ' + y,\n    shell=True,\n)\n"
    )


def test_code_of_a_block_is_its_head():
    source = "def f(password='x'):\n    a()\n"
    assert codes(source) == codes(source + "    b()\n") == ["def f(password='***'):"]


def test_code_of_a_string_is_its_statement():
    assert codes("x = [1, '0.0.0.0']") == ["x = [1, '0.0.0.0']"]
    assert codes("if x == '/tmp/y':\n    pass") == ["x == '/tmp/y'"]


def test_files_that_end_their_process_are_unread_and_lose_no_other(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    cache = KeptInMemory()
    files = {"crash.py": b"crash", "spin.py": b"spin", "fine.py": b"assert x"}
    outcomes = check(files, cache, worker=FAILING_WORKER)
    assert outcomes["crash.py"].unread == "Bandit was lost on it: its process was ended by SIGSEGV"
    assert outcomes["spin.py"].unread == "Bandit was lost on it: it took too much processor time"
    assert [r.test_id for r in outcomes["fine.py"].results] == ["B101"]
    assert len(cache) == 1, "a file that may only have met a lack of memory is tried again"


def test_progress_ends_at_the_number_of_files():
    seen: list[tuple[int, int]] = []
    check(
        {f"{n}.py": b"x = %d" % n for n in range(7)}, progress=lambda done, total: seen.append((done, total))
    )
    assert seen[-1] == (7, 7)


def test_nothing_to_check_starts_nothing():
    assert check({}) == {}


@settings(max_examples=4)
@given(st.lists(st.sampled_from(sorted(HOSTILE)), min_size=1, max_size=4, unique=True))
def test_a_file_says_the_same_in_any_company(names: list[str]):
    alone = {name: check_one(HOSTILE[name]) for name in names}
    assert check({name: HOSTILE[name] for name in names}) == alone


@given(st.text(max_size=30), st.integers(0, 3))
def test_outcomes_survive_being_kept(reason: str, nosec: int):
    outcome = BanditFile((), reason, nosec)
    assert BanditFile.loads(outcome.dumps()) == outcome
