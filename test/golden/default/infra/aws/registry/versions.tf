terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.60"
    }
  }

  # Bucket and region follow from name, account and region; ops/ci/infra.sh says them. Encryption is the bucket's: said
  # here as well, it would replace the bucket's key by another one.
  backend "s3" {
    key          = "registry/terraform.tfstate"
    use_lockfile = true
  }
}

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = {
      app           = var.service
      environment   = "shared"
      "cost-center" = var.service
      "managed-by"  = "opentofu"
    }
  }
}
