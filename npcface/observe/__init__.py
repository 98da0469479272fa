"""Seeing inside the daemon: where every frame went and how long it took, logs, health, crash reports."""

from npcface.observe.balance import Balance, balance, stream_balances

__all__ = ["Balance", "balance", "stream_balances"]
