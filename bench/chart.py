"""The figures of a run as bars: letters a second and messages a second, with their spread."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

OURS, OTHERS = "#0b6e4f", "#9aa5b1"
UNITS = ("letters/s", "messages/s", "/s")
INTAKE, MESSAGES = ("intake", "orm", "peer"), ("messages",)

Spread = Mapping[str, float]


def draw(found: Mapping[str, Any], file: Path) -> None:
    """Write the chart as SVG, the same bytes for the same figures."""
    panels = [
        ("Letters registered a second", _pick(found, INTAKE, ("letters/s", "clients /s"))),
        ("Messages sent a second (logarithmic)", _pick(found, MESSAGES, ("messages/s",))),
    ]
    shown = [(title, bars) for title, bars in panels if bars]
    heights = [len(bars) for _, bars in shown]
    with mpl.rc_context({"svg.hashsalt": "samaneh", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(9, 1.2 + 0.27 * sum(heights)), layout="constrained")
        axes = figure.subplots(len(shown), 1, squeeze=False, height_ratios=heights)
        for place, (title, bars) in zip(axes[:, 0], shown, strict=True):
            _bars(place, title, bars)
        figure.savefig(file, metadata={"Date": None})


def _pick(
    found: Mapping[str, Any], cases: tuple[str, ...], units: tuple[str, ...]
) -> dict[str, Spread]:
    return {
        name: spread
        for case in cases
        for name, spread in found["cases"].get(case, {}).get("figures", {}).items()
        if name.endswith(units)
    }


def _bars(axes: Axes, title: str, bars: dict[str, Spread]) -> None:
    medians = [spread["median"] for spread in bars.values()]
    below = [spread["median"] - spread["least"] for spread in bars.values()]
    above = [spread["greatest"] - spread["median"] for spread in bars.values()]
    colours = [OURS if _is_ours(name) else OTHERS for name in bars]
    drawn = axes.barh(
        [_short(name) for name in bars], medians, xerr=(below, above), color=colours,
        error_kw={"ecolor": "#333", "elinewidth": 0.8, "capsize": 2},
    )  # fmt: skip
    axes.bar_label(drawn, [f" {median:,.0f}" for median in medians], padding=6)
    axes.invert_yaxis()
    axes.set_title(title, loc="left", fontweight="bold")
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.12)
    if "logarithmic" in title:
        axes.set_xscale("log")
        axes.set_xlim(left=1)


def _is_ours(name: str) -> bool:
    return name.startswith("ours")


def _short(name: str) -> str:
    for unit in UNITS:
        name = name.removesuffix(unit).rstrip(" ,")
    return name
