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
