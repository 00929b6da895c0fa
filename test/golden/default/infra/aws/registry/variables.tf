variable "name" {
  description = "Stem of the names of all resources."
  type        = string
}

variable "service" {
  description = "Name of the service; its image has the same."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", var.service))
    error_message = "A repository of images has small letters and digits, with single separators between them."
  }
}

variable "account_id" {
  description = "Account of the registry: one for all environments, so that what was tested is what is promoted."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "region" {
  description = "Region of the registry."
  type        = string
}

variable "reader_account_ids" {
  description = "Accounts that run the image."
  type        = list(string)

  validation {
    condition     = length(var.reader_account_ids) > 0 && alltrue([for id in var.reader_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "At least one account id of 12 digits."
  }
}

variable "keep_images" {
  description = "How many images are kept; older ones, which nobody can roll back to any more, are deleted."
  type        = number
  default     = 100

  validation {
    condition     = var.keep_images >= 20
    error_message = "Fewer than 20 images may delete one that still runs."
  }
}
