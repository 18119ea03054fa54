"""What all tests share: properties are tried with the same examples everywhere, and never by the clock."""

from hypothesis import HealthCheck, settings

# Machines are noisy: a slow example is no failure. `--hypothesis-profile=explore` looks for new ones.
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.register_profile(
    "explore", deadline=None, max_examples=2_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")
