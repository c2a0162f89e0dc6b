"""The process engine behind one door: BPMN drawings read and checked, and a machine that runs them.

SpiffWorkflow keeps the tokens; what a drawing may hold, what a condition may say and how a decision is looked up is
ours. Knows no database, no clock and no rights: who runs it hands in facts and answers.
"""
