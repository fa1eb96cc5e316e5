"""The warehouse knows nothing of the world but its landed files."""

from pathlib import Path

import pytest

from orchestration.paths import PROJECT_DIR

WAREHOUSE = ("models", "macros", "seeds", "orchestration", "expectations", "dbt_project.yml")
GIVEAWAYS = ("simulator", "truth/", "truth.", "world.yaml")


def mentions(files: list[Path]) -> list[str]:
    return [
        f"{file.name}: {word}"
        for file in files
        for word in GIVEAWAYS
        if word in file.read_text().lower()
    ]


def test_the_warehouse_reads_nothing_of_the_world() -> None:
    files = [
        file
        for name in WAREHOUSE
        for file in [PROJECT_DIR / name, *(PROJECT_DIR / name).rglob("*")]
        if file.suffix in {".sql", ".yml", ".yaml", ".csv", ".md", ".py"}
    ]
    assert len(files) > 200
    assert mentions(files) == []


@pytest.mark.parametrize("word", GIVEAWAYS)
def test_a_look_at_the_world_is_found(tmp_path: Path, word: str) -> None:
    file = tmp_path / "model.sql"
    file.write_text(f"select * from read_parquet('data/{word.upper()}bots.parquet')")
    assert mentions([file]) == [f"model.sql: {word}"]
