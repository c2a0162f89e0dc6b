"""What our own database server logs. Standard library only: used before Django starts.

Errors of statements are said in our log, without values; the server's own keeps what the server itself met.
"""

NO_WORDS = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_parameter_max_length": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_checkpoints": "off",
}
