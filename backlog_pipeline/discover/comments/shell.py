r"""Shell scripts, and the files whose lines are shell: Makefiles and Dockerfiles.

``#`` opens a comment only where a word begins, so ``$#``, ``${x#y}`` and ``a#b`` are code. In a
Makefile ``\#`` is a character and quotes mean nothing, except in recipes, which are shell.
"""

import re

from backlog_pipeline.discover.comments.rules import (
    Match,
    Rule,
    enter,
    give_up,
    here_document,
    leave,
    line_comment,
    skip,
)
from backlog_pipeline.discover.comments.scanner import Mode, Scanner

_WORD = r"(?:'([^'\n]+)'|\"([^\"\n]+)\"|\\?([A-Za-z_][\w.-]*))"
_HERE_TABS = here_document(rf"<<-(?<!<<<-)[ \t]*{_WORD}", indent=r"\t*", after="$")
_HERE = here_document(rf"<<(?<!<<<)(?!<)[ \t]*{_WORD}", indent="", after="$")
_RECIPE = re.compile(r"[^\\\n]*+(?:\\.[^\\\n]*+)*+", re.S)

SHELL, _SUBSTITUTION, _PARENTHESES = Mode("shell"), Mode("shell substitution"), Mode("shell parentheses")
_TEXT, _PARAMETER, _ARITHMETIC = Mode("shell string"), Mode("shell parameter"), Mode("shell arithmetic")
_BACKTICKS = Mode("shell backticks")

_COMMENT = line_comment(r"#(?<![^\s;&|()`]#)#*")
_DOLLARS: list[Rule] = [
    (r"\$\(\(", enter(_ARITHMETIC)),
    (r"\$\(", enter(_SUBSTITUTION)),
    (r"\$\{", enter(_PARAMETER)),
]
_QUOTES: list[Rule] = [
    (r"\$'(?:[^'\\]|\\.)*+'", skip),
    (r"'[^']*+'", skip),
    (r'"[^"\\$`]*+(?:\\.[^"\\$`]*+)*+"', skip),
    ('"', enter(_TEXT)),
]
_COMMON: list[Rule] = [(r"\\.", skip), *_DOLLARS, *_QUOTES]
_CODE: list[Rule] = [_COMMENT, *_COMMON, _HERE_TABS, _HERE, (r"\(\((?=[^()\n]*+\)\))", enter(_ARITHMETIC))]

SHELL.define(_CODE, stops=r"#|\\|\$|'|\"|<<|\(\(")
_SUBSTITUTION.define([*_CODE, (r"\(", enter(_PARENTHESES)), (r"\)", leave)])
_PARENTHESES.define([*_CODE, (r"\(", enter(_PARENTHESES)), (r"\)", leave)])
_TEXT.define([(r"\\.", skip), *_DOLLARS, ("`", enter(_BACKTICKS)), ('"', leave)])
_BACKTICKS.define([(r"\\.", skip), ("`", leave)])
_PARAMETER.define([*_COMMON, (r"\}", leave)])
_ARITHMETIC.define([(r"\\.", skip), *_DOLLARS, (r"\)\)", leave), (r"\n\n", give_up)])


def _recipe(scanner: Scanner, match: Match) -> int:
    found = _RECIPE.match(scanner.text, match.end(), scanner.end)
    end = found.end() if found else match.end()
    scanner.run(SHELL, match.end(), end)
    return end


MAKE = Mode("make").define(
    [
        (r"^\t", _recipe),
        (r"\\#", skip),
        (r"\$\([^()\n]*+\)", skip),
        line_comment("#+", is_continued=True),
    ]
)

_HEADER = rf"<<-?[ \t]*{_WORD}"
DOCKER = Mode("docker").define(
    [
        line_comment("#+", before=r"^[ \t]*"),
        here_document(rf"^[ \t]*(?i:RUN)\b[^\n#]*?{_HEADER}", body=SHELL, after="$"),
        here_document(rf"^[ \t]*(?i:COPY|ADD)\b[^\n]*?{_HEADER}", after="$"),
    ]
)
