"""Emporium as Dagster assets: land, build, gate, publish."""
