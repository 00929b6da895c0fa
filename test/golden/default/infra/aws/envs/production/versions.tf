terraform {
  # Write-only arguments need 1.11: below it the generated passwords would land in the state.
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
    key          = "production/terraform.tfstate"
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region
  # The credentials at hand decide which account is changed. This says which one is meant.
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = {
      app           = local.service
      environment   = local.environment
      "cost-center" = local.service
      "managed-by"  = "opentofu"
    }
  }
}
