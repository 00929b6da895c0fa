mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012" }
  }
}

variables {
  name               = "my-rag"
  service            = "my-rag"
  account_id         = "111122223333"
  region             = "eu-central-1"
  reader_account_ids = ["111122223333", "444455556666"]
  repository         = { owner = "acme", owner_id = 1, name = "my-rag", id = 2 }
}

run "only_main_writes" {
  assert {
    condition = anytrue([for condition in one(data.aws_iam_policy_document.trust.statement).condition :
      condition.test == "StringEquals" && tolist(condition.values) == tolist(["repo:acme@1/my-rag@2:ref:refs/heads/main"])
    ])
    error_message = "Only the main branch pushes."
  }
}
