"""Settings, and the one place that picks the adapters."""
