"""Documents of a case: what is required, what came in, in which versions, and whether it was checked.

Owns requirements, documents and their versions. Records `DocumentsRequired`, `DocumentReceived`, `DocumentAccepted`,
`DocumentSentBack`, `RequirementWaived`. Knows of cases only.
"""
