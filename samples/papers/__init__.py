"""One module per paper layout; each turns invented people into sheets and the truth about them."""
