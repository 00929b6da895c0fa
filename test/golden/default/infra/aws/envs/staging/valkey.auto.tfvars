# One node: counters are lost when it fails.
valkey = { node_type = "cache.t4g.micro", nodes = 1 }
