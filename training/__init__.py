"""Makes the two small networks of ``ocr/net``: the line finder and the line recogniser.

Not part of the program: it needs PyTorch and a GPU, and is run by whoever wants to make the weights again.
What it draws is text of published laws and invented names, forms and numbers, in free fonts; see
``training/README.md``.
"""
