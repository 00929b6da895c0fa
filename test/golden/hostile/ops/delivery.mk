# Releases by hand. What the pipeline does is the same scripts; docs/pipeline.md explains them.
ENV ?= staging

deploy: ## Deploy DIGEST=sha256:… to ENV=staging, as the pipeline would: signed, rendered, migrated, watched
	ops/ci/verify-signature.sh
	ops/render-env.sh $(ENV)
	ops/ci/render.sh $(ENV)
	ops/ci/release.sh $(ENV)

rollback: ## Return ENV to the release before the one that is live
	ops/ci/rollback.sh $(ENV)

releases: ## List the releases that ENV can return to
	ops/ci/list.sh $(ENV)

render: ## Render what would be applied to ENV with DIGEST, into build/
	ops/render-env.sh $(ENV)
	ops/ci/render.sh $(ENV)

validate: ## Render every environment with examples and check the objects; needs kubeconform
	ops/ci/validate.sh

.PHONY: deploy rollback releases render validate
