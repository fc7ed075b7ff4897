"""Steps of a release that is not written yet."""
