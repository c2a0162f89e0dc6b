"""Feedback: ask whether it satisfied, and act when it did not.

Owns surveys, invitations and answers. Records `SurveySent`, `SurveyNotDelivered`,
`SurveyAnswered`, `FollowUpOpened`. Reacts afterwards to `CaseClosed` (invite) and to `SurveyAnswered`
(follow up a bad answer); a mail server that is down never holds up a closure.
"""
