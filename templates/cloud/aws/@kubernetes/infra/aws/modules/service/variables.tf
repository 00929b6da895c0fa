variable "name" {
  description = "Stem of the names of all resources."
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
  description = "Name of the environment."
  type        = string
}

variable "namespace" {
  description = "Namespace of the service in the cluster."
  type        = string
}

variable "host" {
  description = "Name that users reach the service by; the hosted zone of that name exists already."
  type        = string
}

variable "stored" {
  description = "Secrets by name: generated ones are drawn here, the others wait for a person."
  type        = map(object({ generated = bool }))
}

variable "secret_version" {
  description = "Raise it to draw all generated secrets anew."
  type        = number
  default     = 1
}

variable "admin_principal_arns" {
  description = "Roles of the people who install controllers and namespaces. At least one, or nobody can."
  type        = set(string)

  validation {
    condition     = length(var.admin_principal_arns) > 0
    error_message = "Somebody must be able to administer the cluster: name at least one role."
  }

  validation {
    condition     = alltrue([for arn in var.admin_principal_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/.+$", arn))])
    error_message = "Each is the ARN of an IAM role or user; of a session it is the role behind it."
  }
}

variable "kubernetes_version" {
  description = "Minor version of the control plane. Nodes follow by themselves."
  type        = string
  default     = "1.36"

  validation {
    condition     = contains(["1.34", "1.35", "1.36"], var.kubernetes_version)
    error_message = "The manifests are checked against 1.34, 1.35 and 1.36."
  }
}

variable "api_cidrs" {
  description = "Addresses that may reach the Kubernetes API, which asks for an IAM identity in any case. Hosted CI runners have no stable address."
  type        = list(string)
  default     = ["0.0.0.0/0"]

  validation {
    condition     = length(var.api_cidrs) > 0 && alltrue([for cidr in var.api_cidrs : can(cidrhost(cidr, 0))])
    error_message = "Each is a block of addresses, such as 203.0.113.0/24."
  }
}

variable "deletion_protection" {
  description = "Whether cluster and stores refuse to be deleted."
  type        = bool
  default     = true
}

variable "log_days" {
  description = "How long logs of the control plane, of the network and of the firewall are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([7, 14, 30, 60, 90, 180, 365], var.log_days)
    error_message = "CloudWatch keeps logs for 7, 14, 30, 60, 90, 180 or 365 days."
  }
}
