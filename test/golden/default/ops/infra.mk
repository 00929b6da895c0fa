# The cloud by hand. docs/deploy.md says in which order.
infra-lock: ## Lock the providers of every root below infra/, for laptops and runners; commit the result
	ops/infra-lock.sh

infra-test: ## Test the infrastructure without an account
	ops/infra-test.sh

infra-plan: ## Show what would change in the infrastructure of ENV=staging
	ops/ci/infra.sh $(or $(ENV),staging) plan

infra-apply: ## Apply what infra-plan showed for ENV: exactly that, or nothing
	ops/ci/infra.sh $(or $(ENV),staging) apply

secret-set: ## Set the secret NAME=llm/api-key of ENV: asks without showing
	ops/secret-set $(or $(ENV),staging) $(NAME)

.PHONY: infra-lock infra-test infra-plan infra-apply secret-set
