# What only you know. `ops/bootstrap` asks for it and writes it here; until then nothing can be planned.
account_id           = ""
admin_principal_arns = []
alarm_emails         = []

# Who may look at the cluster and change nothing; docs/runbooks/access.md says how to let somebody in.
reader_principal_arns = []

region = "eu-central-1"
host   = "my-rag.example.com"

# Durable: any one zone may fail.
budget_usd          = 1300
nat_gateways        = 3
interface_endpoints = ["ecr.api", "ecr.dkr", "eks-auth", "logs", "secretsmanager", "sts"]
log_days            = 90
backup_days         = 35
restore_testing     = true
deletion_protection = true
