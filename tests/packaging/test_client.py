"""The client is a separate distribution, which needs httpx and nothing of the service."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CLIENT = Path(__file__).parents[2] / "clients" / "python"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `python -m build clients/python` makes."""
    into = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", into, CLIENT]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return next(into.glob("wiredesk_client-*.whl"))


def test_the_wheel_of_the_client_is_typed_and_holds_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "wiredesk_client/py.typed" in names
    assert all(name.startswith("wiredesk_client") for name in names)


def test_the_client_needs_httpx_alone(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
    needed = [
        line for line in archive.read(metadata).decode().splitlines()
        if line.startswith("Requires-Dist") and "extra ==" not in line
    ]  # fmt: skip
    assert needed == ["Requires-Dist: httpx<1,>=0.27"]


def test_the_client_imports_neither_the_service_nor_pandas(wheel: Path) -> None:
    program = (
        "import sys; import wiredesk_client; "
        "assert not {'worker', 'pandas', 'pydantic'} & set(sys.modules); print(wiredesk_client.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=wheel.parent, env={"PYTHONPATH": str(wheel)},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert "wiredesk_client-" in done.stdout, done.stderr
