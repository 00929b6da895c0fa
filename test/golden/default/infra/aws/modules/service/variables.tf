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

variable "reader_principal_arns" {
  description = "Roles of the people who may look at the cluster, and at no Secret in it."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.reader_principal_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/.+$", arn))])
    error_message = "Each is the ARN of an IAM role or user; of a session it is the role behind it."
  }

  validation {
    condition     = length(setintersection(var.reader_principal_arns, var.admin_principal_arns)) == 0
    error_message = "A role is let in once: as an administrator, who sees everything, or as a reader."
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

variable "cidr" {
  description = "Addresses of the network: a /16, of which the last three quarters are for pods."
  type        = string
  default     = "10.0.0.0/16"

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && endswith(var.cidr, "/16")
    error_message = "A block such as 10.0.0.0/16: every pod has an address of its own in it."
  }
}

variable "zones" {
  description = "Three availability zones; empty for the first three of the region."
  type        = list(string)
  default     = []

  validation {
    condition     = contains([0, 3], length(var.zones))
    error_message = "Three zones, or none for the first three of the region."
  }
}

variable "nat_gateways" {
  description = "1 is cheap, and all zones lose the internet together with its zone; 3 is one for each zone."
  type        = number
  default     = 3

  validation {
    condition     = contains([1, 3], var.nat_gateways)
    error_message = "One for all zones, or one for each of the three."
  }
}

variable "interface_endpoints" {
  description = "AWS services that are reached without leaving the network. Each costs about as much as a small node."
  type        = set(string)
  default     = []
}

variable "requests_per_ip" {
  description = "Requests of one address in five minutes before the firewall turns it away."
  type        = number
  default     = 2000

  validation {
    condition     = var.requests_per_ip >= 100
    error_message = "Below 100, people behind one office address turn each other away."
  }
}

variable "alarm_emails" {
  description = "Who is told about alarms and about money. Each address has to confirm once."
  type        = set(string)

  validation {
    condition     = length(var.alarm_emails) > 0 && alltrue([for email in var.alarm_emails : can(regex("^[^@ ]+@[^@ ]+$", email))])
    error_message = "At least one address: an alarm that nobody hears is none."
  }
}

variable "budget_usd" {
  description = "What the account may cost in a month before somebody is told. The model provider's bill is not in it."
  type        = number

  validation {
    condition     = var.budget_usd > 0
    error_message = "A budget is more than nothing."
  }
}

variable "backup_days" {
  description = "How long daily backups are kept."
  type        = number
  default     = 35

  validation {
    condition     = var.backup_days >= 7
    error_message = "At least 7 days: a broken row may be noticed only after a weekend."
  }
}

variable "backup_copy_vault_arn" {
  description = "Vault in another region or account that gets a copy of every backup; null for none."
  type        = string
  default     = null
}

variable "restore_testing" {
  description = "Whether the newest backup is restored once a month, to see that it can be, and thrown away."
  type        = bool
  default     = true
}
