"""Fragments that every page of an act shares: banner, thread, ledger, history."""
