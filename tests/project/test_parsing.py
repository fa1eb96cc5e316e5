"""What is parsed once for many tests is what dbt would have parsed for each of them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.paths import PROJECT_DIR, Paths
from tests.project.parsing import DECISIVE, parsed, place_parsed
from tests.project.running import invoke

VARIABLES: dict[str, Any] = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text())["vars"]
# Those of the project's own structure are no one's to set.
STRUCTURE = {DECISIVE, "system_entities"}
OTHERS = {
    name: value + 1 if isinstance(value, int | float) else f"other {value}"
    for name, value in VARIABLES.items()
    if name not in STRUCTURE
}


def found(variables: dict[str, Any]) -> dict[str, Any]:
    """What a parse found, but when and under which variables it was."""
    manifest = parsed({DECISIVE: VARIABLES[DECISIVE], **variables}, "duckdb")
    del manifest["metadata"], manifest["state_check"]
    return _without_times(manifest)  # pyrefly: ignore[no-any-return-explicit]


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_times(part)
            for key, part in value.items()
            if key not in ("created_at", "modification_time")
        }
    return [_without_times(part) for part in value] if isinstance(value, list) else value


def test_no_other_variable_decides_what_is_parsed() -> None:
    with_defaults, with_others = found({}), found(OTHERS)
    assert len(with_defaults["nodes"]) > 300
    differing = {key for key in with_defaults if with_defaults[key] != with_others[key]}
    assert differing == set()


def test_dbt_takes_up_what_was_parsed_with_other_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_LOG_LEVEL_FILE", "debug")
    paths = Paths(tmp_path)
    place_parsed(paths, paths.target, {})
    place_parsed(paths, paths.target, {"session_idle_minutes": 5})
    done = invoke(PROJECT_DIR, paths, paths.target, "parse", "--vars", "session_idle_minutes: 5")
    assert done.success, done.exception
    said = (paths.target / "dbt.log").read_text()
    assert "Partial parsing enabled: 0 files deleted, 0 files added, 0 files changed" in said
    assert "Unable to do partial parsing" not in said
