"""The web, by audience: portal, workspace, cockpit, studio, api. Finds, checks, calls a verb, answers."""
