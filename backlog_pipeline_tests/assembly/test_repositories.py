"""A repository is known by its origin: its backlog stays with it wherever it is cloned."""

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline import settings
from backlog_pipeline.assembly import repositories
from backlog_pipeline.assembly.repositories import key_of, without_credentials
from backlog_pipeline.errors import RepositoryError
from backlog_pipeline.model.repository import RegisteredRepository
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.registry import Registry
from backlog_pipeline_tests.git_repository import GitRepository

URL = "https://git.example/ana/tool.git"


def entry(path: Path, toml: str | None = None) -> RegisteredRepository:
    return repositories.entry_for(settings.load({}, {}, toml_text=toml), path)


def clone(repository: GitRepository, to: Path, url: str = URL) -> GitRepository:
    shutil.copytree(repository.path, to)
    made = GitRepository(to)
    made.git("remote", "add", "origin", url)
    return made


@given(st.text(), st.text())
def test_a_key_is_a_file_name_everywhere(name: str, place: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*-[0-9a-f]{8}", key_of(name, place))
    assert len(key_of(name, place)) <= 49


def test_names_alike_at_other_places_have_other_keys() -> None:
    assert key_of("tool", "/a/tool") != key_of("tool", "/b/tool")


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://ana:secret@git.example/ana/tool.git", "https://git.example/ana/tool"),
        ("https://x-access-token:t@git.example/ana/tool", "https://git.example/ana/tool"),
        ("https://token@git.example/ana/tool/", "https://git.example/ana/tool"),
        ("ssh://git@git.example:22/ana/tool.git", "ssh://git.example:22/ana/tool"),
        ("HTTPS://ana:secret@git.example/a", "HTTPS://git.example/a"),
        ("git@git.example:ana/tool.git", "git@git.example:ana/tool"),
        ("https://git.example/a@b/tool", "https://git.example/a@b/tool"),
        ("/srv/tool.git", "/srv/tool"),
        ("", ""),
    ],
)
def test_a_url_is_kept_without_user_and_password(url: str, bare: str) -> None:
    assert without_credentials(url) == bare


def test_a_password_is_in_no_part_of_the_entry(repository: GitRepository) -> None:
    repository.git("remote", "add", "origin", "https://ana:secret@git.example/ana/tool.git")
    assert "secret" not in repr(entry(repository.path))
    assert "ana:" not in repr(entry(repository.path))


def test_a_clone_that_moved_keeps_its_key(repository: GitRepository, tmp_path: Path) -> None:
    made = clone(repository, tmp_path / "here")
    before = entry(made.path)
    shutil.move(made.path, tmp_path / "there")
    after = entry(tmp_path / "there")
    assert (after.key, after.name) == (before.key, "tool")
    assert after.path == str(tmp_path / "there")


@pytest.mark.parametrize(
    "url",
    [URL, URL.removesuffix(".git"), URL.replace("https://", "https://ana:secret@"), f"{URL}/"],
)
def test_another_clone_of_the_same_origin_has_the_same_key(
    repository: GitRepository, tmp_path: Path, url: str
) -> None:
    assert (
        entry(clone(repository, tmp_path / "b", url).path).key
        == entry(clone(repository, tmp_path / "a").path).key
    )


def test_a_clone_of_a_local_folder_keeps_its_key_and_is_named_like_itself(
    repository: GitRepository, tmp_path: Path
) -> None:
    repository.commit()
    for name in ("one", "two"):
        repository.git("clone", "-q", str(repository.path), str(tmp_path / name))
    one, two = entry(tmp_path / "one"), entry(tmp_path / "two")
    assert one.key == two.key
    assert (one.name, two.name) == ("one", "two")


def test_relative_origins_of_repositories_at_two_places_are_two(
    repository: GitRepository, tmp_path: Path
) -> None:
    near = clone(repository, tmp_path / "near" / "work", "../origin")
    far = clone(repository, tmp_path / "far" / "work", "../origin")
    assert entry(near.path).key != entry(far.path).key


def test_a_repository_without_origin_is_known_by_its_path(repository: GitRepository, tmp_path: Path) -> None:
    shutil.copytree(repository.path, tmp_path / "copy" / "repository")
    assert entry(repository.path).key != entry(tmp_path / "copy" / "repository").key
    assert entry(repository.path).name == "repository"


def test_a_link_to_a_repository_is_the_same_repository(repository: GitRepository, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(repository.path)
    assert entry(tmp_path / "link") == entry(repository.path)


def test_a_configured_name_changes_the_name_and_not_the_key(
    repository: GitRepository, tmp_path: Path
) -> None:
    made = clone(repository, tmp_path / "clone")
    toml = f'[[repositories]]\npath = "{made.path}"\nname = "Our tool"\ntracked_branch = "release"\n'
    named = entry(made.path, toml)
    assert (named.name, named.tracked_branch) == ("Our tool", "release")
    assert named.key == entry(made.path).key


def test_a_folder_name_that_is_not_text_gives_a_key(repository: GitRepository, tmp_path: Path) -> None:
    import os

    odd = tmp_path / os.fsdecode(b"caf\xe9")
    shutil.copytree(repository.path, odd)
    assert re.fullmatch(r"caf-[0-9a-f]{8}", entry(odd).key)


def test_repositories_that_cannot_be_looked_at_are_errors_and_the_others_are_known(
    repository: GitRepository, tmp_path: Path
) -> None:
    repository.commit()
    toml = f'[[repositories]]\npath = "{tmp_path}/gone"\n[[repositories]]\npath = "{repository.path}"\n'
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    registry = Registry.of(ledger)
    (error,) = repositories.register_configured(settings.load({}, {}, toml_text=toml), registry)
    assert isinstance(error, RepositoryError)
    assert "gone does not exist" in error.message
    assert [known.path for known in registry.all()] == [str(repository.path)]
    ledger.close()


def test_a_folder_inside_stands_for_its_repository(repository: GitRepository, tmp_path: Path) -> None:
    repository.write("src/deep/a.py", "")
    repository.commit()
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    made = repositories.register(settings.load({}, {}), Registry.of(ledger), repository.path / "src/deep")
    assert made == entry(repository.path)
    ledger.close()
