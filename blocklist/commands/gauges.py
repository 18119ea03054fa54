"""Figures of the moment as Prometheus reads them: gauges by name, and the file of a textfile collector."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from blocklist.errors import TroubleError

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Metric


def gauge(name: str, said: str, value: float | Mapping[str, float], label: str = "") -> "Metric":
    """Return ``linkgazette_<name>``; with ``label`` a value for each of its values."""
    from prometheus_client.core import GaugeMetricFamily

    if not isinstance(value, Mapping):
        return GaugeMetricFamily(f"linkgazette_{name}", said, value=value)
    family = GaugeMetricFamily(f"linkgazette_{name}", said, labels=[label])
    for key, count in sorted(value.items()):
        family.add_metric([key], count)
    return family


def write_gauges(file: Path, registry: "CollectorRegistry") -> None:
    """Replace ``file`` whole; raises TroubleError when it cannot be written."""
    from prometheus_client import write_to_textfile

    try:
        write_to_textfile(str(file), registry)
    except OSError as problem:
        raise TroubleError(f"{file}: cannot be written ({problem.strerror}); mend --metrics") from problem
