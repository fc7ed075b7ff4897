"""People at the station: their accounts, how they prove who they are, and their sessions."""
