"""What `bin/bench science` measures: one module a part of service_science, its peers in the same run."""
