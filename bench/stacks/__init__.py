"""Mixed stacks of papers as they come out of a sheet feeder, with where each paper begins.

The truth set has nearly only papers of one page; here papers of several pages stand beside them: reports
and plans that run on, contracts, forms with a second side, decisions with their annex, cards side by side.
Each page is drawn, worn and read once (``bench/out/stacks``); stacks are then put together by chance.
"""
