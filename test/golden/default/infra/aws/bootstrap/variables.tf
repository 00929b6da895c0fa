variable "name" {
  description = "Stem of the names of all resources; with the environment behind it, it is unique in an account."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,28}$", var.name))
    error_message = "The name has 2 to 29 small letters, digits and dashes: it is part of names that AWS limits to 63."
  }
}

variable "service" {
  description = "Name of the service, as Kubernetes and the secret store know it."
  type        = string
}

variable "environment" {
  description = "Which environment lives in this account."
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "The environment is staging or production."
  }
}

variable "account_id" {
  description = "Account that everything is made in; with the credentials of another, nothing happens."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "region" {
  description = "Region of everything that has one."
  type        = string
}

variable "host" {
  description = "Name that users reach this environment by; a hosted zone of that name is made."
  type        = string
}

variable "delegations" {
  description = "Subdomains that other accounts answer for, with their name servers: { staging = [\"ns-1…\", …] }."
  type        = map(list(string))
  default     = {}
}
