"""What lands is known by itself, whatever it was called when it came."""

import gzip
from pathlib import Path

import duckdb

from orchestration.paths import Paths
from tests.conftest import Emporium
from tests.orchestration.small_project import DELIVERY
from tests.orchestration.small_project import SOURCE as SHOP


def test_files_of_the_same_names_lose_no_row(
    copied_shop: Paths, tmp_path: Path, shop: Emporium
) -> None:
    """A full export with one order more, and of its lines the first alone, as `order_lines`."""
    delivery = tmp_path / "again"
    delivery.mkdir()
    orders = (DELIVERY / "orders.csv").read_text()
    (delivery / "orders.csv").write_text(f"{orders}5,bob,Bob,FR,2026-03-05 14:00:00\n")
    header = (DELIVERY / "order_lines.csv").read_text().splitlines()[0]
    (delivery / "order_lines.csv").write_text(f"{header}\n5,1,teapot,1,20.00\n")
    # What other programs put into the raw zone is read as well.
    put_there = copied_shop.raw / SHOP / "order_lines"
    (put_there / "theirs.csv").write_text(f"{header}\n5,2,bread bin,1,10.95\n")
    packed = gzip.compress(f"{header}\n5,3,bread bin,1,10.95\n".encode())
    (put_there / "packed.csv.gz").write_bytes(packed)

    done = shop(copied_shop, "run", "--source", SHOP, "--raw", str(delivery))

    assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(str(copied_shop.serving), read_only=True) as connection:
        sold = connection.execute("select count(*), sum(gmv_paid_amount) from sales.fct_orders")
        assert str(sold.fetchone()) == "(5, Decimal('162.05'))"
    with duckdb.connect(str(copied_shop.warehouse), read_only=True) as connection:
        ledger = connection.execute(
            "select source_table, rows_landed, rows_valid, rows_superseded from meta.row_ledger "
            "order by source_table"
        ).fetchall()
        assert ledger == [("order_lines", 8, 8, 0), ("orders", 9, 5, 4)]
        # The name under which each came is kept beside.
        named = connection.execute(
            f"select distinct _delivered_file, _source_file != _delivered_file "
            f"from raw_{SHOP}.orders"
        ).fetchall()
        assert named == [("orders.csv", True)]
