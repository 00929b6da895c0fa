# What only you know: `ops/bootstrap` asks for it, or asks GitHub, and writes it here.
account_id         = ""
reader_account_ids = []

repository = { owner = "", owner_id = 0, name = "", id = 0 }

name    = "my-rag"
service = "my-rag"
region  = "eu-central-1"
