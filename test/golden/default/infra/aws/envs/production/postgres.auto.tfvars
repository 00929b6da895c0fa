# Two servers in two zones. Memory for about a million vectors of 1536 numbers.
postgres = {
  instance_class  = "db.m8g.large"
  multi_az        = true
  storage_gb      = 50
  max_storage_gb  = 500
  max_connections = 400
  backup_days     = 14
}
