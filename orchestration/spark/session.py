"""The Spark session that dbt's profile describes, for what is no dbt model."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.paths import PROJECT_DIR

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def session(target: str = "spark") -> "SparkSession":
    """Opens a session on the tables that dbt built, or returns the open one.

    One process at a time can open the catalogue, so dbt has to have ended.

    Args:
        target: target of the profile, `spark` or `spark_cluster`.
    """
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.enableHiveSupport()
    for name, value in settings(target).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def settings(target: str) -> dict[str, str]:
    """Spark's settings in a target of the profile, as `EMPORIUM_DATA` and the like fill them in."""
    import jinja2
    import yaml

    text = (PROJECT_DIR / "profiles" / "profiles.yml").read_text()
    filled = jinja2.Environment(autoescape=False).from_string(text).render(env_var=_env_var)  # noqa: S701
    outputs: dict[str, Any] = yaml.safe_load(filled)["emporium"]["outputs"]
    return {name: str(value) for name, value in outputs[target]["server_side_parameters"].items()}


def _env_var(name: str, default: str = "") -> str:
    value = os.environ.get(name, default)
    return str(Path(value).resolve()) if name == "EMPORIUM_DATA" else value
