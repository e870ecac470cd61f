"""The real services on a real store, in one process (`service`) or as a deployment (`make_cluster`)."""

from tests.faults.conftest import make_cluster, pytest_runtest_makereport
from tests.services.conftest import hub, looking_service, make_service, service, world

__all__ = [
    "hub",
    "looking_service",
    "make_cluster",
    "make_service",
    "pytest_runtest_makereport",
    "service",
    "world",
]
