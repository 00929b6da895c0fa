# What differs from one owner to the next. The modules say more about each, and check it.

variable "account_id" {
  description = "Account of this environment; with the credentials of another, nothing happens."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits: run ops/bootstrap, or write it into terraform.tfvars."
  }
}

variable "region" {
  description = "Region of everything that has one."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region is written like eu-central-1."
  }
}

variable "host" {
  description = "Name that users reach the service by."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.host))
    error_message = "A full name such as api.example.com."
  }
}

variable "admin_principal_arns" {
  description = "Roles of the people who administer the cluster."
  type        = set(string)
}

variable "reader_principal_arns" {
  description = "Roles of the people who may look at the cluster, and at no Secret in it."
  type        = set(string)
  default     = []
}

variable "alarm_emails" {
  description = "Who is told about alarms and about money."
  type        = set(string)
}

variable "budget_usd" {
  description = "What the account may cost in a month before somebody is told."
  type        = number
}

variable "cidr" {
  description = "Addresses of the network, a /16; another one where networks are joined."
  type        = string
  default     = "10.0.0.0/16"
}

variable "zones" {
  description = "Three availability zones; empty for the first three of the region."
  type        = list(string)
  default     = []
}

variable "nat_gateways" {
  description = "1, or 3 for one in each zone."
  type        = number
}

variable "interface_endpoints" {
  description = "AWS services that are reached without leaving the network."
  type        = set(string)
}

variable "api_cidrs" {
  description = "Addresses that may reach the Kubernetes API."
  type        = list(string)
  default     = ["0.0.0.0/0"]
}

variable "requests_per_ip" {
  description = "Requests of one address in five minutes before the firewall turns it away."
  type        = number
  default     = 2000
}

variable "backup_days" {
  description = "How long daily backups are kept."
  type        = number
}

variable "backup_copy_vault_arn" {
  description = "Vault in another region or account that gets a copy of every backup."
  type        = string
  default     = null
}

variable "restore_testing" {
  description = "Whether the newest backup is restored once a month, as a test."
  type        = bool
}

variable "log_days" {
  description = "How long logs are kept."
  type        = number
}

variable "secret_version" {
  description = "Raise it to draw all generated secrets anew."
  type        = number
  default     = 1
}

variable "deletion_protection" {
  description = "Whether cluster and stores refuse to be deleted."
  type        = bool
}
