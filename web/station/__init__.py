"""The station: pages for the people who work with the store, and the public page that judges a file."""
