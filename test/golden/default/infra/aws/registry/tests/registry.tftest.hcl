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

  repository = { owner = "acme", owner_id = 1, name = "my-rag", id = 2 }
}

run "images_do_not_change" {
  assert {
    condition     = aws_ecr_repository.service.image_tag_mutability == "IMMUTABLE"
    error_message = "A tag means one image for ever."
  }
  assert {
    condition     = aws_ecr_repository.service.image_scanning_configuration[0].scan_on_push
    error_message = "Every image is scanned when it arrives."
  }
  assert {
    condition     = aws_ecr_repository.service.encryption_configuration[0].encryption_type == "KMS"
    error_message = "Images are encrypted with a key of our own."
  }
}

run "only_environments_read" {
  assert {
    condition     = toset(flatten([for one in data.aws_iam_policy_document.readers.statement : [for who in one.principals : who.identifiers]])) == toset(["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root"])
    error_message = "The accounts of the environments read, nobody else."
  }
  assert {
    condition     = alltrue([for one in data.aws_iam_policy_document.readers.statement : alltrue([for action in one.actions : can(regex("^ecr:(Batch(Check|Get)|Describe|Get)", action))])])
    error_message = "Readers only read."
  }
}

run "a_registry_without_readers_is_refused" {
  command = plan
  variables {
    reader_account_ids = []
  }
  expect_failures = [var.reader_account_ids]
}
