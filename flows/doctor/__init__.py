"""Look a deployment over, point by point: what holds, what to watch, what is wrong. It changes nothing."""
