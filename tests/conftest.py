"""Settings that every test shares."""

import os

from hypothesis import HealthCheck, settings

# Laws are tried on so many examples where a test names no number; ``make faults`` tries far more.
EXAMPLES = int(os.environ.get("MOTLAN_TEST_EXAMPLES", "40"))

# Tests run beside each other on machines of any speed: no example is judged by the clock.
settings.register_profile(
    "motlan", deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("motlan")
