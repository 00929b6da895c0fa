# `tofu test` in the folder above. Nothing is called: the provider is a stand-in, and what is asserted is what we wrote.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::my-rag-production-tfstate-111122223333" }
  }
  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012" }
  }
}

variables {
  name        = "my-rag"
  service     = "my-rag"
  environment = "production"
  account_id  = "111122223333"
  region      = "eu-central-1"
  host        = "api.example.com"

  registry_account_id = "111122223333"
  repository          = { owner = "acme", owner_id = 1, name = "my-rag", id = 2 }
}

run "state_is_kept_and_closed" {
  assert {
    condition     = aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled"
    error_message = "A broken state is repaired from the version before it."
  }
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.state.block_public_acls,
      aws_s3_bucket_public_access_block.state.block_public_policy,
      aws_s3_bucket_public_access_block.state.ignore_public_acls,
      aws_s3_bucket_public_access_block.state.restrict_public_buckets,
    ])
    error_message = "The state must never be public."
  }
  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.state.rule).apply_server_side_encryption_by_default).sse_algorithm == "aws:kms"
    error_message = "The state is encrypted with a key of our own."
  }
  assert {
    condition     = anytrue([for one in data.aws_iam_policy_document.state.statement : one.effect == "Deny" && one.sid == "TlsOnly"])
    error_message = "The state is read by TLS only."
  }
  assert {
    condition     = aws_kms_key.state.enable_key_rotation
    error_message = "Keys rotate."
  }
}

run "wrong_accounts_are_refused" {
  command = plan
  variables {
    account_id = "1111-2222-3333"
  }
  expect_failures = [var.account_id]
}

run "names_that_do_not_fit_are_refused" {
  command = plan
  variables {
    name = "a-name-that-is-much-too-long-for-a-bucket"
  }
  expect_failures = [var.name]
}
