"""The digest in a file: it holds on any machine, and no changed byte escapes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.report.seal import Kind, is_ours, seal, with_lf
from backlog_pipeline.report.snapshot import to_json
from backlog_pipeline_tests.report.snapshots import snapshot

TEXTS = {
    Kind.JSON: b'{\n  "a": 1,\n  "b": [\n    2\n  ]\n}\n',
    Kind.MARKDOWN: b"# Title\n\nA number: 3.\n",
    Kind.SVG: b'<svg xmlns="http://www.w3.org/2000/svg">\n<title>x</title>\n</svg>\n',
}
SEALED = [seal(text, kind) for kind, text in TEXTS.items()]


@pytest.mark.parametrize("kind", Kind)
def test_a_sealed_file_is_ours_and_an_unsealed_one_is_not(kind: Kind):
    assert is_ours(seal(TEXTS[kind], kind))
    assert not is_ours(TEXTS[kind])


@pytest.mark.parametrize("data", [b"", b"\n", b"{}", b'{\n  "digest": "sha256:' + b"0" * 64 + b'"\n}\n'])
def test_what_nobody_sealed_is_not_ours(data: bytes):
    assert not is_ours(data)


@pytest.mark.parametrize("data", SEALED, ids=list(Kind))
def test_every_single_changed_byte_is_noticed(data: bytes):
    for at, byte in enumerate(data):
        for other in {byte ^ 1, byte ^ 0x20, 0x0A, 0x0D, 0x20} - {byte}:
            assert not is_ours(data[:at] + bytes([other]) + data[at + 1 :]), (at, other)


@pytest.mark.parametrize("data", SEALED, ids=list(Kind))
def test_every_single_removed_or_added_byte_is_noticed(data: bytes):
    for at in range(len(data)):
        assert not is_ours(data[:at] + data[at + 1 :]), at
    for at in range(len(data) + 1):
        for byte in b"\r\n a0":
            assert not is_ours(data[:at] + bytes([byte]) + data[at:]), (at, byte)


@given(st.sampled_from([*SEALED, to_json(snapshot())]), st.data())
def test_any_other_bytes_in_place_of_some_are_noticed(data: bytes, draw: st.DataObject):
    start = draw.draw(st.integers(0, len(data)))
    end = draw.draw(st.integers(start, min(len(data), start + 200)))
    other = draw.draw(st.binary(max_size=200))
    changed = data[:start] + other + data[end:]
    assert is_ours(changed) == (with_lf(changed) == data)


@pytest.mark.parametrize("data", SEALED, ids=list(Kind))
def test_a_copy_that_git_checked_out_with_crlf_is_ours(data: bytes):
    assert is_ours(data.replace(b"\n", b"\r\n"))
    assert with_lf(data.replace(b"\n", b"\r\n")) == data


@pytest.mark.parametrize("data", SEALED, ids=list(Kind))
def test_a_file_with_both_line_endings_was_edited(data: bytes):
    assert not is_ours(data.replace(b"\n", b"\r\n", 1))
    assert not is_ours(data.replace(b"\n", b"\r\n") + b"\n")


@pytest.mark.parametrize("data", SEALED, ids=list(Kind))
def test_an_edit_in_a_copy_with_crlf_is_noticed(data: bytes):
    copy = data.replace(b"\n", b"\r\n")
    for at, byte in enumerate(copy):
        assert not is_ours(copy[:at] + bytes([byte ^ 1]) + copy[at + 1 :]), at


def test_a_seal_in_the_middle_of_a_file_is_none():
    assert not is_ours(SEALED[1] + b"More text below.\n")


def test_two_files_cannot_swap_their_seals():
    one, other = seal(b"1\n", Kind.MARKDOWN), seal(b"2\n", Kind.MARKDOWN)
    assert not is_ours(one[:2] + other[2:])


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Kind.JSON, b"{}\n"),
        (Kind.MARKDOWN, b"no end"),
        (Kind.SVG, b"<svg/>\r\n"),
        (Kind.JSON, b'{\r\n"a": 1\n}\n'),
    ],
)
def test_only_whole_text_is_sealed(kind: Kind, data: bytes):
    with pytest.raises(ValueError, match="ends in"):
        seal(data, kind)
