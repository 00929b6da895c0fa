# What only you know: `ops/bootstrap` asks for it, or asks GitHub, and writes it here.
account_id  = ""
delegations = {}

registry_account_id = ""
repository          = { owner = "", owner_id = 0, name = "", id = 0 }

name        = "my-rag"
service     = "my-rag"
environment = "production"
region      = "eu-central-1"
host        = "my-rag.example.com"
