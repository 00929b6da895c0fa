# Two nodes in two zones.
valkey = { node_type = "cache.t4g.small", nodes = 2 }
