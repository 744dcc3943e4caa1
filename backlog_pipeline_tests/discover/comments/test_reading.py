"""One file's content to its markers."""

from backlog_pipeline.discover.comments.languages import Language, language_of_path
from backlog_pipeline.discover.comments.reading import clip, read
from backlog_pipeline.model import codec
from backlog_pipeline.model.fingerprint import anchor


def language(path: str) -> Language:
    found = language_of_path(path)
    assert found is not None
    return found


def test_a_file_that_is_not_utf_8_is_read_and_the_reader_says_so() -> None:
    reading = read("# TODO: schöner\n".encode("latin-1"), language("a.py"))
    assert [m.text for m in reading.markers] == ["schöner"]
    assert reading.notes == ("not UTF-8, read as Latin-1",)


def test_a_byte_order_mark_is_no_text() -> None:
    assert read("\ufeff# TODO: x\n".encode(), language("a.py")).notes == ()
    assert len(read('\ufeff"""TODO: x"""\n'.encode(), language("a.py")).markers) == 1


def test_what_is_never_closed_is_said_and_the_rest_is_read() -> None:
    reading = read(b"x = '''open\n# TODO: x\n", language("a.py"))
    assert [m.text for m in reading.markers] == ["x"]
    assert reading.notes == ("line 1: something opens here and is never closed",)


def test_an_unclosed_block_comment_is_no_comment() -> None:
    reading = read(b"int a; /* TODO: a\nint b; // TODO: b\n", language("a.c"))
    assert [m.text for m in reading.markers] == ["b"]


def test_an_unclosed_template_does_not_hide_what_follows() -> None:
    reading = read(b"x = `${a\n// TODO: x\ny = '`'\n", language("a.js"))
    assert "x" in [m.text for m in reading.markers]


def test_nothing_is_scanned_where_no_word_stands() -> None:
    assert read(b"x = '''\n", language("a.py")).notes == ()
    assert read(b"x = '''TODOS\n", language("a.py")).notes == ()


def test_the_anchor_is_that_of_the_lines() -> None:
    text = "a\nb\n# TODO: x\n# y\nc\n"
    (marker,) = read(text.encode(), language("a.py")).markers
    assert marker.anchor == anchor(text.split("\n"), 3, 4)


def test_a_reading_survives_being_kept() -> None:
    reading = read(b"# TODO(@ana, #1, due 2026-12-01): x\n# FIXME\nx = 1\n", language("a.py"))
    assert codec.loads(type(reading), codec.dumps(reading)) == reading


def test_a_docstring_of_python_3_12_quotes_is_found() -> None:
    text = 'class A:\n    x = f"{d["a"]} # TODO: no {f"{1}"}"  # TODO: yes\n'
    assert [m.text for m in read(text.encode(), language("a.py")).markers] == ["yes"]


def test_a_clipped_text_is_never_longer_than_its_limit() -> None:
    for limit in range(2, 40):
        assert len(clip("a long-ish text of several words, indeed", limit)) <= limit
