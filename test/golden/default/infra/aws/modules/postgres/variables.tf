variable "name" {
  description = "Stem of the names of all resources."
  type        = string
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
  description = "Namespace of the service; the one that sets the database up has -database behind it."
  type        = string
}

variable "network" {
  description = "Where the server is put, and whose pods may reach it."
  type = object({
    vpc_id                    = string
    data_subnet_ids           = list(string)
    cluster_security_group_id = string
  })
}

variable "roles" {
  description = "Names of the roles that log in: the service, and its migration."
  type        = object({ service = string, migrator = string })
}

variable "cluster_name" {
  description = "Cluster that the pods run in."
  type        = string
}

variable "boundary_arn" {
  description = "Upper limit of every role."
  type        = string
}

variable "key_arn" {
  description = "Key that data, logs and the master password are encrypted with."
  type        = string
}

variable "alarm_topic_arn" {
  description = "Where alarms go."
  type        = string
}

variable "instance_class" {
  description = "Size of the server. A vector index is fast only while it fits into memory: about 1.2 × rows × (4 × dimension + 300) bytes for HNSW."
  type        = string

  validation {
    condition     = can(regex("^db\\.[a-z0-9]+\\.[a-z0-9]+$", var.instance_class))
    error_message = "An instance class is written like db.t4g.medium."
  }
}

variable "multi_az" {
  description = "Whether a second server in another zone takes over when the first fails."
  type        = bool
  default     = true
}

variable "storage_gb" {
  description = "Storage to begin with."
  type        = number
  default     = 20

  validation {
    condition     = var.storage_gb >= 20
    error_message = "gp3 begins at 20 GB."
  }
}

variable "max_storage_gb" {
  description = "Storage grows by itself up to here."
  type        = number
  default     = 200
}

variable "backup_days" {
  description = "How far back the database can be put to any second."
  type        = number
  default     = 14

  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 35
    error_message = "Between 7 and 35 days."
  }
}

variable "max_connections" {
  description = "Connections of all instances together; the alarm is at four fifths."
  type        = number
  default     = 200
}

variable "deletion_protection" {
  description = "Whether the server refuses to be deleted, and leaves a last snapshot when it finally is."
  type        = bool
  default     = true
}
