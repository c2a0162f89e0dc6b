"""Reports: read-only. Queries across domains; owns no facts."""
