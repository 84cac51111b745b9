"""The fictitious territory, one-click logins and the guided tour; installed in demo mode only."""
