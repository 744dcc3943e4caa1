"""Tables of what is not looked at, as data: what a path looks like, and the reason a person reads.

What a project says in ``.gitattributes`` (``linguist-vendored``, ``linguist-generated``, set or
unset) wins over the tables for vendored and generated files. Regular expressions match the whole.
"""

OUR_FOLDERS: dict[str, str] = {"docs/status": "written by the backlog itself"}
"""Folders by their whole path."""

OUR_FILES: dict[str, str] = {
    r"backlog\.ya?ml": "written by the backlog itself",
    r"\.automation-scope\.ya?ml": "settings of the backlog itself",
}
"""Files by their whole path."""

VENDORED_FOLDERS: dict[str, str] = {
    "vendor": "vendored: code of others",
    "_vendor": "vendored: code of others",
    "vendored": "vendored: code of others",
    "_vendored": "vendored: code of others",
    "third_party": "vendored: code of others",
    "third-party": "vendored: code of others",
    "thirdparty": "vendored: code of others",
    "3rdparty": "vendored: code of others",
    "node_modules": "vendored: installed packages",
    "bower_components": "vendored: installed packages",
    "jspm_packages": "vendored: installed packages",
    "site-packages": "vendored: installed packages",
    "dist-packages": "vendored: installed packages",
    "pods": "vendored: installed packages",
    "carthage": "vendored: installed packages",
    "godeps": "vendored: installed packages",
    "venv": "vendored: a virtual environment",
    ".venv": "vendored: a virtual environment",
    ".yarn": "vendored: the package manager itself",
    ".bundle": "vendored: the package manager itself",
    "__pycache__": "generated: compiled files",
}
"""Names of folders at any depth, without case; each is one entry for all that lies in it."""

VENDORED_NAMES: dict[str, str] = {
    r"gradlew(\.bat)?|mvnw(\.cmd)?": "vendored: a build tool's wrapper",
    r"versioneer\.py|ez_setup\.py|get-pip\.py|distribute_setup\.py": "vendored: a build tool",
    r"config\.(guess|sub)|install-sh|ltmain\.sh|aclocal\.m4": "vendored: autotools",
    r"(jquery|bootstrap|angular|react|vue|lodash|underscore|backbone|d3|moment|modernizr)"
    r"[.-]\d+(\.\d+)*([.-]\w+)*\.(js|css)": "vendored: a published library",
}
"""Names of files at any depth."""

GENERATED_NAMES: dict[str, str] = {
    r"package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock"
    r"|(poetry|pdm|uv|pixi|conan|Cargo|composer|Gemfile|flake|mix|pubspec|Podfile|Pipfile)\.lock"
    r"|go\.sum|packages\.lock\.json|gradle\.lockfile|\.terraform\.lock\.hcl|Package\.resolved"
    r"|pylock(\..+)?\.toml": "generated: a lock file",
    r".+_pb2(_grpc)?\.pyi?|.+\.pb(\.gw|\.validate)?\.(go|cc|h|swift|dart)|.+_pb\.(js|d\.ts|rb)": (
        "generated: from a protocol buffer"
    ),
    r".+[.-]min\.(js|mjs|cjs|css)": "generated: minified",
    r".+\.(bundle|chunk)\.(js|mjs|css)": "generated: bundled",
    r".+\.(js|mjs|cjs|css|ts)\.map": "generated: a source map",
    r".+\.snap": "generated: test snapshots",
    r".+\.(g|freezed|gr|mocks)\.dart|.+\.(g|[Dd]esigner)\.cs|zz_generated\..+"
    r"|.+[._]generated\.[^.]+|.+\.gen\.(go|ts|rs|js)": "generated: by a code generator",
}
"""Names of files at any depth."""

PATHS: dict[str, str] = {
    r"(.*/)?dist/.*\.(js|mjs|cjs|css|d\.ts)": "generated: a build's output",
    r"(.*/)?(_?static|assets|public|libs?|js|css)/(.*/)?(jquery|bootstrap|modernizr|underscore)"
    r"(\.(slim|bundle|esm|core|grid|reboot|rtl|utilities|min))*\.(js|css)": "vendored: a published library",
}
"""Files by their whole path."""
