# `tofu test` in the folder above. Nothing is called: the provider is a stand-in, and what is asserted is what we wrote.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::my-rag-production-tfstate-111122223333" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012" }
  }
}

variables {
  name                = "my-rag"
  service             = "my-rag"
  environment         = "production"
  account_id          = "111122223333"
  region              = "eu-central-1"
  host                = "api.example.com"
  registry_account_id = "111122223333"
  repository          = { owner = "acme", owner_id = 1, name = "my-rag", id = 2 }
}

run "only_our_jobs_may_take_a_role" {
  assert {
    condition     = toset(keys(aws_iam_role.ci)) == toset(["plan", "apply", "deploy"])
    error_message = "Three roles, each for one thing."
  }
  assert {
    condition     = local.jobs.apply == ["repo:acme@1/my-rag@2:environment:production-infra"]
    error_message = "Applying needs the environment that carries the approval, and the numbers that nobody can take over."
  }
  assert {
    condition     = local.jobs.deploy == ["repo:acme@1/my-rag@2:environment:production"]
    error_message = "Deploying has an environment of its own."
  }
  assert {
    condition     = alltrue(flatten([for subjects in values(local.jobs) : [for subject in subjects : !strcontains(subject, "*")]]))
    error_message = "A wildcard lets every branch in."
  }
  assert {
    condition = alltrue([for role, trust in data.aws_iam_policy_document.trust : toset([for condition in one(trust.statement).condition : condition.variable]) == toset(concat([
      "token.actions.githubusercontent.com:aud",
      "token.actions.githubusercontent.com:sub",
      "token.actions.githubusercontent.com:repository_id",
    ], role == "plan" ? [] : ["token.actions.githubusercontent.com:ref"]))])
    error_message = "Every role asks for audience, subject and repository; what changes anything, for the branch as well."
  }
  assert {
    condition = alltrue([for role in ["apply", "deploy"] : one([
      for condition in one(data.aws_iam_policy_document.trust[role].statement).condition : condition
      if condition.variable == "token.actions.githubusercontent.com:ref"
    ]).values == tolist(["refs/heads/main"])])
    error_message = "An environment of GitHub that nobody protected lets every branch in: only main may change anything."
  }
}

run "a_plan_sees_no_data" {
  assert {
    condition = alltrue([for action in ["secretsmanager:GetSecretValue", "logs:GetLogEvents", "dynamodb:GetItem", "wafv2:GetSampledRequests"] : contains(
      one([for one in data.aws_iam_policy_document.plan.statement : one if one.sid == "NoData"]).actions, action,
    )])
    error_message = "A pull request can run as this role: it may not read data."
  }
  assert {
    condition     = one([for one in data.aws_iam_policy_document.plan.statement : one if one.sid == "NoObjectsButTheState"]).effect == "Deny"
    error_message = "Of all objects, only the state."
  }
}

run "apply_cannot_widen_itself" {
  assert {
    condition = alltrue([for role in ["plan", "apply", "deploy"] : contains(
      one([for one in data.aws_iam_policy_document.apply.statement : one if one.sid == "HandsOffCi"]).resources,
      "arn:aws:iam::111122223333:role/my-rag-production-${role}",
    )])
    error_message = "The roles of the pipeline are made by people."
  }
  assert {
    condition     = one(one([for one in data.aws_iam_policy_document.apply.statement : one if one.sid == "MakeRolesInsideTheBoundary"]).condition).values == tolist(["arn:aws:iam::111122223333:policy/my-rag-production-boundary"])
    error_message = "No role without the boundary."
  }
}

run "apply_leaves_images_alone" {
  assert {
    condition = alltrue([for one in data.aws_iam_policy_document.apply.statement : one.effect == "Deny" if startswith(one.sid, "HandsOff")]) && contains(
      one([for one in data.aws_iam_policy_document.apply.statement : one if one.sid == "HandsOffTheImages"]).resources,
      "arn:aws:ecr:eu-central-1:111122223333:repository/my-rag",
    )
    error_message = "A rollback returns to an image: no plan of an environment takes one away."
  }
}

run "older_repositories_have_the_older_subject" {
  variables {
    repository = { owner = "acme", owner_id = 1, name = "my-rag", id = 2, immutable_subject = false }
  }
  assert {
    condition     = local.jobs.apply == ["repo:acme/my-rag:environment:production-infra"]
    error_message = "GitHub writes no numbers into the subject of an older repository."
  }
}
