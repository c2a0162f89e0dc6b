"""Equipment that is looked after: whose it is, who is responsible, when it is inspected, what was found.

Owns kinds of equipment with their checks, the register, inspection rounds with findings, defects. Records
`AssetRegistered`, `AssetRevised`, `AssetRetired`, `RoundPlanned`, `RoundPutOff`, `RoundDone`, `DefectFound`,
`DefectMended`. Knows of customers only; that a defect becomes a case is the doing of `cases`.
"""
