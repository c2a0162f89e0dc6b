"""Cases: one customer's matter from the need to the outcome: content, people, conversation, links.

Owns cases and everything said in them. Records `CaseOpened`, `CaseReplied`, `CustomerReplied`,
`CaseNoted`, `CaseAssigned`, `CaseQueued`, `CaseReleased`, `CaseWaiting`, `CaseResumed`,
`CaseResolved`, `CaseClosed`, `CaseReopened`, `CaseMerged`, `CaseSplit`, `CasePassed`, `CaseLinked`,
`ParticipantAdded`, `CaseCategorized`. Reacts to `customers.CustomersMerged`. It does not know that
clocks, routing or surveys exist.
"""
