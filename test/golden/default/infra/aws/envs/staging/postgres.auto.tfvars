# One server. Memory for about 200 000 vectors of 1536 numbers.
postgres = {
  instance_class  = "db.t4g.medium"
  multi_az        = false
  storage_gb      = 20
  max_storage_gb  = 100
  max_connections = 200
  backup_days     = 7
}
