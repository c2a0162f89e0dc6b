"""Processes: how a case of a type is worked on, step by step, and the tasks people do for it.

Owns templates (a drawing, forms, decision tables, documents of one case type, in versions), the running process of a
case, tasks, timers and votes. Records `ProcessStarted`, `TaskOpened`, `TaskTaken`, `TaskGivenBack`, `TaskPassed`,
`TaskDone`, `TaskDropped`, `Voted`, `DecisionMade`, `TimerFired`, `ProcessFinished`, `ProcessStopped`, `ProcessMoved`,
`TemplatePublished`. Reacts to what happens to cases, internal requests and documents; neither of them knows that
processes exist.
"""
