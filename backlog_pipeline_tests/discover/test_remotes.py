"""What a repository is called on its forge; credentials never come along."""

import pytest

from backlog_pipeline.discover.remotes import default_branch, forge_name_of, remote_name
from backlog_pipeline.system.git import Git
from backlog_pipeline_tests.git_repository import GitRepository


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/acme/shop.git", "acme/shop"),
        ("https://github.com/acme/shop", "acme/shop"),
        ("https://github.com/acme/shop/", "acme/shop"),
        ("https://ana:s3cret@github.com/acme/shop.git", "acme/shop"),
        ("https://x-access-token:ghs_1@github.com:443/acme/shop", "acme/shop"),
        ("git@github.com:acme/shop.git", "acme/shop"),
        ("github.com:acme/shop", "acme/shop"),
        ("ssh://git@github.com/acme/shop.git", "acme/shop"),
        ("ssh://git@ssh.github.com:443/acme/shop.git", "acme/shop"),
        ("git://GitHub.com/acme/shop.git", "acme/shop"),
        ("git+ssh://git@github.com/acme/shop.git", "acme/shop"),
        ("https://gitlab.com/acme/team/shop.git", "gitlab.com/acme/team/shop"),
        ("git@ghe.example.org:acme/shop.git", "ghe.example.org/acme/shop"),
        ("/srv/git/acme/shop.git", ""),
        ("../shop", ""),
        ("C:/git/acme/shop", ""),
        ("file:///srv/git/acme/shop", ""),
        ("https://github.com/", ""),
        ("https://github.com/acme", ""),
        ("", ""),
    ],
)
def test_an_address_tells_the_name(url: str, name: str) -> None:
    assert forge_name_of(url) == name


def test_origin_counts_then_an_only_remote_then_none(repository: GitRepository) -> None:
    git = Git(repository.path)
    assert remote_name(git) == ""
    repository.git("remote", "add", "upstream", "https://github.com/a/b")
    assert remote_name(git) == "upstream"
    repository.git("remote", "add", "fork", "https://github.com/c/b")
    assert remote_name(git) == ""
    repository.git("remote", "add", "origin", "https://github.com/d/b")
    assert remote_name(git) == "origin"


def test_a_default_branch_with_a_slash_is_read_whole(repository: GitRepository) -> None:
    git = Git(repository.path)
    assert default_branch(git, "origin") == ""
    repository.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/release/next")
    assert default_branch(git, "origin") == "release/next"
    assert default_branch(git, "") == ""
