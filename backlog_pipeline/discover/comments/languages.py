"""Which language a file is in: by its name, its extension, then its first line.

Adding a language is a mode (``more.py`` for the simple ones) and a row here. ``VERSION`` is part of
the source's version: raise it whenever a change can move, add or drop a marker.
"""

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

from backlog_pipeline.discover.comments import (
    c_like,
    data,
    javascript,
    markup,
    more,
    python,
    ruby,
    shell,
    yaml,
)
from backlog_pipeline.discover.comments.scanner import Mode

VERSION = "4"


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its name, how it is scanned, and what its files are called.

    ``extensions`` are lower case without a dot, ``names`` are file names (``*`` allowed), lower
    case, and ``interpreters`` what a ``#!`` line may name (a version number behind it is ignored).
    """

    name: str
    mode: Mode
    extensions: tuple[str, ...]
    names: tuple[str, ...] = ()
    interpreters: tuple[str, ...] = ()


def _language(name: str, mode: Mode, extensions: str, names: str = "", interpreters: str = "") -> Language:
    return Language(name, mode, tuple(extensions.split()), tuple(names.split()), tuple(interpreters.split()))


LANGUAGES = (
    _language(
        "Python", python.PYTHON, "py pyi pyw pyx pxd bzl star",
        "sconstruct sconscript wscript build build.bazel workspace tiltfile snakefile",
        "python pypy uv",
    ),
    _language(
        "JavaScript", javascript.JAVASCRIPT, "js mjs cjs jsx es6",
        "jakefile",
        "node deno bun nodejs",
    ),
    _language("TypeScript", javascript.TYPESCRIPT, "ts mts cts"),
    _language("TSX", javascript.JAVASCRIPT, "tsx"),
    _language("Go", c_like.GO, "go"),
    _language("Rust", c_like.RUST, "rs"),
    _language("C", c_like.C, "c h"),
    _language("C++", c_like.C, "cc cpp cxx c++ hh hpp hxx h++ ipp inl tpp cu cuh ino"),
    _language("Lex and Yacc", c_like.C, "l y ll yy lpp ypp"),
    _language("Objective-C", c_like.C, "m mm"),
    _language("Java", c_like.JAVA, "java"),
    _language("Kotlin", c_like.KOTLIN, "kt kts"),
    _language("Swift", c_like.SWIFT, "swift"),
    _language("C#", c_like.C_SHARP, "cs csx"),
    _language("Scala", c_like.SCALA, "scala sc sbt"),
    _language("Dart", c_like.DART, "dart"),
    _language("Groovy", c_like.GROOVY, "groovy gradle", "jenkinsfile jenkinsfile.*", "groovy"),
    _language("Protocol Buffers", c_like.PLAIN, "proto"),
    _language("Thrift", c_like.PLAIN, "thrift"),
    _language("Solidity", c_like.PLAIN, "sol"),
    _language("GLSL", c_like.PLAIN, "glsl vert frag hlsl wgsl metal"),
    _language("Verilog", c_like.VERILOG, "sv svh vh"),
    _language("Zig", c_like.ZIG, "zig"),
    _language(
        "JSON with comments", c_like.JSONC, "jsonc json5",
        "tsconfig.json tsconfig.*.json jsconfig.json .eslintrc .babelrc devcontainer.json",
    ),
    _language("PHP", markup.PHP, "php phtml php5", "", "php"),
    _language(
        "Ruby", ruby.RUBY, "rb rake gemspec ru podspec jbuilder thor",
        "gemfile rakefile guardfile capfile vagrantfile podfile fastfile brewfile dangerfile",
        "ruby jruby",
    ),
    _language("Crystal", ruby.RUBY, "cr"),
    _language("Elixir", ruby.ELIXIR, "ex exs", "", "elixir"),
    _language(
        "Shell", shell.SHELL, "sh bash zsh ksh ash bats",
        ".bashrc .bash_profile .bash_aliases .profile .zshrc .zshenv .zprofile .envrc pkgbuild "
        "apkbuild",
        "sh bash zsh ksh dash ash bats",
    ),
    _language("Makefile", shell.MAKE, "mk mak make", "makefile gnumakefile makefile.* kbuild", "make"),
    _language(
        "Dockerfile", shell.DOCKER, "dockerfile containerfile",
        "dockerfile dockerfile.* containerfile containerfile.*",
    ),
    _language("YAML", yaml.YAML, "yaml yml", ".clang-format .clang-tidy .yamllint"),
    _language("TOML", data.TOML, "toml", "cargo.lock pipfile"),
    _language(
        "INI", data.INI, "ini cfg inf desktop service timer socket mount",
        ".editorconfig .gitconfig .gitmodules .flake8 .pylintrc pylintrc .coveragerc .npmrc",
    ),
    _language("Properties", data.PROPERTIES, "properties"),
    _language(
        "Ignore file", data.HASH_LINES, "",
        ".gitignore .gitattributes .dockerignore .npmignore .eslintignore .prettierignore "
        "codeowners",
    ),
    _language(
        "Requirements", data.HASH_WORDS, "",
        "requirements*.txt constraints*.txt *-requirements.txt requirements*.in",
    ),
    _language("Environment file", data.HASH_WORDS, "env", ".env .env.* procfile"),
    _language("SQL", data.SQL, "sql psql pgsql ddl dml plsql"),
    _language("Terraform", data.TERRAFORM, "tf tfvars hcl nomad"),
    _language("Nix", data.NIX, "nix"),
    _language("GraphQL", data.GRAPHQL, "graphql gql"),
    _language("Meson", data.HASH_STRINGS, "", "meson.build meson_options.txt"),
    _language("jq", data.HASH_STRINGS, "jq", "", "jq"),
    _language("Just", data.HASH_WORDS, "just", "justfile .justfile"),
    _language(
        "HTML", markup.HTML, "html htm xhtml jinja jinja2 j2 njk ejs erb hbs handlebars mustache "
        "cshtml jsp twig liquid",
    ),
    _language(
        "XML", markup.XML, "xml xsd xsl xslt svg plist csproj vbproj fsproj props targets xaml resx wsdl rss "
        "atom pom storyboard xib",
    ),
    _language("Component", markup.COMPONENT, "vue svelte astro"),
    _language("Markdown", markup.MARKDOWN, "md markdown mdx"),
    _language("CSS", markup.CSS, "css"),
    _language("SCSS", markup.SCSS, "scss less sass styl"),
    _language("Lua", more.LUA, "lua", "", "lua luajit"),
    _language("R", more.R, "r", ".rprofile", "rscript"),
    _language("Perl", more.PERL, "pl pm t", "", "perl"),
    _language("Haskell", more.HASKELL, "hs hsc elm purs"),
    _language("PowerShell", more.POWERSHELL, "ps1 psm1 psd1", "", "pwsh powershell"),
    _language(
        "Lisp", more.LISP, "lisp lsp cl el scm ss rkt clj cljs cljc edn fnl",
        "",
        "sbcl guile racket",
    ),
    _language("Erlang", more.ERLANG, "erl hrl", "rebar.config", "escript"),
    _language("TeX", more.TEX, "tex sty cls bib"),
    _language("Julia", more.JULIA, "jl", "", "julia"),
    _language("OCaml", more.OCAML, "ml mli"),
    _language("F#", more.F_SHARP, "fs fsx fsi"),
    _language("CMake", more.CMAKE, "cmake", "cmakelists.txt"),
    _language("Batch", more.BATCH, "bat cmd"),
)  # fmt: skip

_WRAPPERS = (".in", ".tmpl", ".tpl", ".template", ".j2", ".erb", ".example", ".dist", ".inc", ".orig", "-tpl")
_BY_EXTENSION = {extension: language for language in LANGUAGES for extension in language.extensions}
_BY_NAME = {name: x for x in LANGUAGES for name in x.names if "*" not in name}
_BY_PATTERN = tuple((re.compile(translate(n)).match, x) for x in LANGUAGES for n in x.names if "*" in n)
_ANY_PATTERN = re.compile("|".join(translate(n) for x in LANGUAGES for n in x.names if "*" in n)).match
_BY_INTERPRETER = {name: language for language in LANGUAGES for name in language.interpreters}
_HASH_BANG = re.compile(rb"#!\s*(?:\S*/)?(?:env\s+(?:-\S+\s+|\w+=\S*\s+)*(?:\S*/)?)?([A-Za-z]+)")


def language_of_path(path: str) -> Language | None:
    """The language that a file's name says, or ``None``."""
    return _language_of_name(path.rpartition("/")[2])


@lru_cache(maxsize=65536)
def _language_of_name(original: str) -> Language | None:
    name = original.lower()
    if name in _BY_NAME:
        return _BY_NAME[name]
    stem, _, extension = name.rpartition(".")
    inside = _unwrapped(name) if name.endswith(_WRAPPERS) else None
    if inside or (stem and extension in _BY_EXTENSION):
        return inside or _BY_EXTENSION[extension]
    if _ANY_PATTERN(name):
        return next(language for matches, language in _BY_PATTERN if matches(name))
    return None


def _unwrapped(name: str) -> Language | None:
    """The language inside a template's name: ``settings.py.in``, ``urls.py-tpl``."""
    wrapper = next(w for w in _WRAPPERS if name.endswith(w))
    return _language_of_name(name[: -len(wrapper)])


def may_say_by_itself(path: str) -> bool:
    """Whether only a file's first line can tell its language: its name has no extension."""
    return "." not in path.rpartition("/")[2]


def language_of_content(data: bytes) -> Language | None:
    """The language that a ``#!`` line names, or ``None``."""
    found = _HASH_BANG.match(data[:200])
    return _BY_INTERPRETER.get(found.group(1).decode().lower()) if found else None
