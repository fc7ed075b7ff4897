"""The HTTP doors: the socket of the desk (``web.app``) and the service for machines (``web.api``)."""
