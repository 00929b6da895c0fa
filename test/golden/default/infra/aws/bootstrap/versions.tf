terraform {
  # Write-only arguments, here and in the modules, need 1.11: below it passwords would land in the state.
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.60"
    }
  }

  # In the bucket that this root itself makes: ops/bootstrap begins without it and moves in afterwards. Encryption is the
  # bucket's: said here as well, it would replace the bucket's key by another one.
  backend "s3" {
    key          = "bootstrap/terraform.tfstate"
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region
  # The credentials at hand decide which account is changed. This says which one is meant.
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = {
      app           = var.service
      environment   = var.environment
      "cost-center" = var.service
      "managed-by"  = "opentofu"
    }
  }
}
