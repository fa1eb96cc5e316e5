"""How dbt's folders become Dagster's groups."""

from collections.abc import Mapping
from typing import Any

from dagster_dbt import DagsterDbtTranslator


class FolderTranslator(DagsterDbtTranslator):
    """Groups assets by layer, and marts each by itself."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """`raw`, `staging`, `intermediate`, the mart, or the folder of a seed."""
        if dbt_resource_props["resource_type"] == "source":
            return "raw"
        layer = dbt_resource_props["fqn"][1]
        return str(dbt_resource_props["fqn"][2] if layer == "marts" else layer)
