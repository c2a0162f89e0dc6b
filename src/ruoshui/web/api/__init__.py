"""The API, version 1: the same verbs as the screens, for programs."""
