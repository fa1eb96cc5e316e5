"""The parameters of the world, and what is refused."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.errors import EmporiumError
from simulator.world import make_world

AS_OF = date(2026, 7, 1)


def test_every_parameter_says_what_it_means() -> None:
    world = make_world(0.1, 42, AS_OF)
    for name, parameter in world.parameters.items():
        assert parameter.unit, name
        assert parameter.meaning.endswith("."), name
        assert parameter.minimum <= parameter.value, name
        assert parameter.maximum is None or parameter.value <= parameter.maximum, name


def test_a_parameter_can_be_set() -> None:
    world = make_world(0.1, 42, AS_OF, ["carts.abandonment_after=0.4"])
    default = make_world(0.1, 42, AS_OF)
    assert world["carts.abandonment_after"] == 0.4
    assert world["carts.abandonment_before"] == default["carts.abandonment_before"]


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("carts.abandonmet_after=0.4", "did you mean carts.abandonment_after"),
        ("nonsense=1", "no such parameter"),
        ("carts.abandonment_after=much", "give a number"),
        ("carts.abandonment_after=1.2", "at most 1"),
        ("carts.abandonment_after=-0.1", "at least 0"),
        ("carts.abandonment_after=nan", "impossible"),
        ("baskets.bundle_over_before=5", "at most 2.2"),
        ("orders.free_shipping_prompted=0.9", "at most 0.8"),
        ("orders.free_shipping_prompt_lift=-0.6", "at least -0.5"),
        ("dirt.clock_skew=0.5", "at most 0.2"),
        ("dirt.missing_snapshots=-1", "at least 0"),
        ("traffic.share_of_sources.search=0.9", "add up to 1.35"),
    ],
)
def test_an_impossible_world_is_refused(override: str, words: str) -> None:
    with pytest.raises(EmporiumError, match=words):
        make_world(0.1, 42, AS_OF, [override])


@pytest.mark.parametrize("scale", [-1.0, 0.0, 0.01, 51.0, float("nan")])
def test_a_scale_out_of_range_is_refused(scale: float) -> None:
    with pytest.raises(EmporiumError, match="--scale"):
        make_world(scale, 42, AS_OF)


def test_a_day_before_the_shop_opens_is_refused() -> None:
    with pytest.raises(EmporiumError, match="opens on 2025-01-01"):
        make_world(0.1, 42, date(2024, 12, 31))


def test_shares_that_leave_a_rest_are_fine(tmp_path: Path) -> None:
    file = tmp_path / "world.yaml"
    file.write_text(
        "share_of_things:\n"
        "  one: {value: 0.4, unit: share, meaning: One.}\n"
        "  two: {value: 0.4, unit: share, meaning: Two.}\n"
    )
    assert make_world(1, 1, AS_OF, (), file)["share_of_things.one"] == 0.4
    with pytest.raises(EmporiumError, match=r"share_of_things add up to 1\.1"):
        make_world(1, 1, AS_OF, ["share_of_things.two=0.7"], file)
