"""Property tests draw the same worlds on every machine, so a failure is one anybody can repeat."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "same_everywhere",
    derandomize=True,
    deadline=None,
    max_examples=10,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking a failing plan takes minutes; the drawn example is small enough to read
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("same_everywhere")
