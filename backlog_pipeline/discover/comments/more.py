"""Languages that need one row each: what opens a comment, what opens a string."""

from backlog_pipeline.discover.comments.c_like import SLASHES, TRIPLE_DOUBLE, skips
from backlog_pipeline.discover.comments.rules import (
    DOUBLE,
    DOUBLE_LINES,
    SINGLE,
    SINGLE_LINES,
    block_comment,
    here_document,
    line_comment,
    skip,
    until,
    until_group,
)
from backlog_pipeline.discover.comments.scanner import Mode

_SPACED_HASH = line_comment(r"#(?<![^\s;{}(),]#)#*")

LUA = Mode("lua").define(
    [
        *((f"--\\[{'=' * n}\\[", block_comment(f"--[{'=' * n}[", f"]{'=' * n}]")[1]) for n in range(4)),
        line_comment("--+"),
        (r"\[(=*)\[", until_group("]{}]")),
        *skips(DOUBLE, SINGLE),
    ]
)
R = Mode("r").define(
    [
        line_comment("#+"),
        (r'\b[rR]"\(', until(')"')),
        *skips(DOUBLE_LINES, SINGLE_LINES, r"`[^`\n]*+`"),
    ]
)
_HERE_WORD = r"(?:'([^'\n]+)'|\"([^\"\n]+)\"|([A-Z_]\w*))"
PERL = Mode("perl").define(
    [
        (r"^__(?:END|DATA)__$", lambda scanner, match: scanner.end),
        (r"^=[a-zA-Z].*?(?:^=cut\b[^\n]*|\Z)", skip),
        (r"\$[#'\"]|\\.", skip),
        _SPACED_HASH,
        here_document(rf"<<~?{_HERE_WORD}"),
        *((rf"\b(?:qq?|qw|qr|m)\s?{a}", until(b)) for a, b in ((r"\{", "}"), (r"\(", ")"), (r"\[", "]"))),
        (r"\b(?:m|qr|s|tr|y)(?P<mark>[/#|!])(?:[^\\\n]|\\.){0,200}?(?P=mark)", skip),
        *skips(DOUBLE_LINES, SINGLE_LINES),
    ]
)
HASKELL = Mode("haskell").define(
    [
        block_comment("{-", "-}", is_nested=True),
        line_comment(r"--++(?![!#$%&*+./<=>?@\\^|~:-])", before=r"(?<![!#$%&*+./<=>?@\\^|~:-])"),
        (DOUBLE, skip),
        (r"(?<![\w'])'(?:[^'\\\n]|\\[^\n]+?)'", skip),
    ]
)
POWERSHELL = Mode("powershell").define(
    [
        block_comment("<#", "#>"),
        _SPACED_HASH,
        (r"@\"[ \t]*\n", until('\n"@')),
        (r"@'[ \t]*\n", until("\n'@")),
        (r'"(?:[^"`]|`.|"")*+"', skip),
        (r"'(?:[^']|'')*+'", skip),
    ]
)
LISP = Mode("lisp").define(
    [
        (r"[#?]\\[^\n]|\\.", skip),
        line_comment(";+"),
        block_comment("#|", "|#", is_nested=True),
        (DOUBLE_LINES, skip),
    ]
)
ERLANG = Mode("erlang").define([(r"\$[\"'%]|\$\\.", skip), line_comment("%+"), *skips(DOUBLE_LINES, SINGLE)])
TEX = Mode("tex").define([(r"\\[^\n]", skip), line_comment("%+")])
JULIA = Mode("julia").define(
    [block_comment("#=", "=#", is_nested=True), line_comment("#+"), TRIPLE_DOUBLE, (DOUBLE_LINES, skip)]
)
OCAML = Mode("ocaml").define(
    [
        block_comment("(*", "*)", is_nested=True),
        (r"\{(\w*)\|", until_group("|{}}}")),
        (DOUBLE_LINES, skip),
        (r"'(?:[^'\\\n]|\\[^\n]+?)'", skip),
    ]
)
F_SHARP = Mode("f#").define(
    [
        (r"\(\*\)", skip),
        block_comment("(*", "*)", is_nested=True),
        SLASHES,
        TRIPLE_DOUBLE,
        (r'@"(?:[^"]|"")*+"', skip),
        (DOUBLE_LINES, skip),
        (r"'(?:[^'\\\n]|\\[^\n])'", skip),
    ]
)
CMAKE = Mode("cmake").define([block_comment("#[[", "]]"), line_comment("#+"), (DOUBLE_LINES, skip)])
BATCH = Mode("batch").define([line_comment(r"(?i:@?rem\b|::)", before=r"^[ \t]*")])
