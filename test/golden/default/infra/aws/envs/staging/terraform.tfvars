# What only you know. `ops/bootstrap` asks for it and writes it here; until then nothing can be planned.
account_id           = ""
admin_principal_arns = []
alarm_emails         = []

# Who may look at the cluster and change nothing; docs/runbooks/access.md says how to let somebody in.
reader_principal_arns = []

region = "eu-central-1"
host   = "staging.my-rag.example.com"

# Cheap: a zone that fails takes staging along, and it may be thrown away.
budget_usd          = 450
nat_gateways        = 1
interface_endpoints = []
log_days            = 14
backup_days         = 7
restore_testing     = false
deletion_protection = false
