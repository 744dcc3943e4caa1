"""Scans for known vulnerabilities, asked of a service of our own."""

from backlog_pipeline.discover.sources.dependency_vulnerabilities import DependencyVulnerabilities
from backlog_pipeline.model.finding import Finding
from backlog_pipeline.model.scan import Scan
from backlog_pipeline_tests.discover.sources.looking import KeptInMemory, look_at
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.osv_server import OsvServer


def scan(repository: GitRepository, server: OsvServer, cache: KeptInMemory, **options) -> Scan:
    return DependencyVulnerabilities().scan(look_at(repository, cache=cache, osv_url=server.url, **options))


def by_package(result: Scan) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in result.findings:
        found.setdefault(finding.facts["package"], []).append(finding)
    return found
