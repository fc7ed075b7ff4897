"""Who asks the HTTP service, and whether they may."""
