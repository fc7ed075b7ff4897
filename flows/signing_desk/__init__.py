"""The signing desk: what waits for the signature of the office, and many signed in one sitting."""
