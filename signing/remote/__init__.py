"""Keys that a signing service holds: the owner confirms on a phone, the service signs digests."""
