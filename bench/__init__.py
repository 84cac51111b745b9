"""Measurements against a peer, in the same run, on the same machine; they print ratios and judge nothing."""
