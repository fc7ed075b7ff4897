"""Settings that every test shares."""

from hypothesis import HealthCheck, settings

# Tests run beside each other on machines of any speed: no example is judged by the clock.
settings.register_profile("motlan", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("motlan")
