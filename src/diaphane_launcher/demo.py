"""Stub."""

import argparse


def run(options: argparse.Namespace) -> int:
    raise NotImplementedError
