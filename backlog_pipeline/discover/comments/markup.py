"""HTML and its kin, where other languages are embedded; stylesheets; PHP; Markdown."""

import re

from backlog_pipeline.discover.comments.c_like import SLASHES, STARS, skips
from backlog_pipeline.discover.comments.javascript import JAVASCRIPT, TYPESCRIPT
from backlog_pipeline.discover.comments.rules import (
    DOUBLE,
    DOUBLE_LINES,
    SINGLE,
    SINGLE_LINES,
    Match,
    Rule,
    block_comment,
    enter,
    here_document,
    leave,
    line_comment,
    skip,
    until,
)
from backlog_pipeline.discover.comments.scanner import Mode, Scanner, Style

_URL = (r"url\((?![\"'])", until(")"))
CSS = Mode("css").define([STARS, *skips(DOUBLE, SINGLE)], stops="/|\"|'")
SCSS = Mode("scss").define([_URL, STARS, SLASHES, *skips(DOUBLE, SINGLE)])

_ATTRIBUTES = re.compile(r"(?:\"[^\"]*+\"|'[^']*+'|[^>\"'])*+>")
_LONGEST_TAG = 4000
_LANGUAGE = re.compile(r"\b(?:lang|type)\s*=\s*[\"']?([\w/+.-]+)", re.I)
_SCRIPTS = {
    "": JAVASCRIPT, "js": JAVASCRIPT, "jsx": JAVASCRIPT, "tsx": JAVASCRIPT, "module": JAVASCRIPT,
    "text/javascript": JAVASCRIPT, "application/javascript": JAVASCRIPT, "text/babel": JAVASCRIPT,
    "text/jsx": JAVASCRIPT, "ts": TYPESCRIPT, "typescript": TYPESCRIPT, "text/typescript": TYPESCRIPT,
}  # fmt: skip
_STYLES = {"": CSS, "css": CSS, "text/css": CSS, "scss": SCSS, "less": SCSS, "text/scss": SCSS}
_CLOSERS = {name: re.compile(rf"</{name}\s*>", re.I) for name in ("script", "style")}
_DJANGO_COMMENT = r"\{%-?\s*comment\b[^%\n]{0,200}%\}"
_DJANGO_COMMENT_END = re.compile(r"\{%-?\s*endcomment\s*-?%\}")


def _attributes(scanner: Scanner, match: Match) -> Match | None:
    """The rest of a tag, up to its bracket."""
    if scanner.find(">", match.end()) < 0:
        return None
    return _ATTRIBUTES.match(scanner.text, match.end(), min(scanner.end, match.end() + _LONGEST_TAG))


def _embedded(scanner: Scanner, match: Match) -> int:
    """``<script>`` and ``<style>``: what stands inside, by the language that the tag names."""
    name = match.group()[1:].lower()
    tag = _attributes(scanner, match)
    if tag is None:
        return match.end()
    if tag.group().endswith("/>"):
        return tag.end()
    closer = scanner.search(_CLOSERS[name], tag.end())
    if closer is None:
        return scanner.lose(match.start(), tag.end())
    said = _LANGUAGE.search(tag.group())
    mode = (_SCRIPTS if name == "script" else _STYLES).get(said.group(1).lower() if said else "")
    if mode is not None:
        scanner.run(mode, tag.end(), closer.start())
    return closer.end()


def _tag(scanner: Scanner, match: Match) -> int:
    found = _attributes(scanner, match)
    return found.end() if found else match.end()


def _django_comment(scanner: Scanner, match: Match) -> int:
    found = scanner.search(_DJANGO_COMMENT_END, match.end())
    if found is None:
        return scanner.lose(match.start(), match.end())
    opener, closer = match.end() - match.start(), found.end() - found.start()
    return scanner.add(match.start(), found.end(), opener, closer, Style.BLOCK)


_XML_COMMENT = block_comment("<!--", "-->")
_EMBEDDED: Rule = (r"<(?i:script|style)\b", _embedded)
_TAG: Rule = (r"<[A-Za-z][\w:.-]*", _tag)

XML = Mode("xml").define([_XML_COMMENT, (r"<!\[CDATA\[", until("]]>")), _TAG], stops="<")
COMPONENT = Mode("component").define([_XML_COMMENT, _EMBEDDED, _TAG], stops="<")
HTML = Mode("html").define(
    [
        _XML_COMMENT,
        (r"\{\{#", skip),
        block_comment("{#", "#}"),
        block_comment("{{!--", "--}}"),
        block_comment("<%#", "%>"),
        block_comment("<%--", "--%>"),
        (_DJANGO_COMMENT, _django_comment),
        _EMBEDDED,
        _TAG,
    ],
    stops=r"<|\{#|\{%|\{\{",
)


def _fence(scanner: Scanner, match: Match) -> int:
    """A fenced block of code is text to show; one that is never closed runs to the end."""
    fence = match.group().strip()
    closer = re.compile(rf"^[ \t>]*{re.escape(fence)}+[ \t]*$", re.M)
    found = closer.search(scanner.text, match.end(), scanner.end)
    return found.end() if found else scanner.end


MARKDOWN = Mode("markdown").define(
    [
        (r"^[ \t>]*(?:```+|~~~+)", _fence),
        (r"``[^`\n]++``|`[^`\n]++`", skip),
        _XML_COMMENT,
    ]
)

PHP = Mode("php")
_PHP_CODE = Mode("php code", can_stay_open=True).define(
    [
        (r"(?://|#(?!\[))(?:(?!\?>)[^\n])*+", line_comment(r"//|#")[1]),
        STARS,
        here_document(r"<<<[ \t]*(?:\"([A-Za-z_]\w*)\"|'([A-Za-z_]\w*)'|([A-Za-z_]\w*))", after=r"\b"),
        *skips(DOUBLE_LINES, SINGLE_LINES, r"`[^`]*+`"),
        (r"\?>", leave),
    ]
)
PHP.define([(r"<\?(?:php\b|=|(?=\s))", enter(_PHP_CODE)), _XML_COMMENT])
