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

variable "network" {
  description = "Where the servers are put, and whose pods may reach them."
  type = object({
    vpc_id                    = string
    data_subnet_ids           = list(string)
    cluster_security_group_id = string
  })
}

variable "key_arn" {
  description = "Key that data is encrypted with."
  type        = string
}

variable "alarm_topic_arn" {
  description = "Where alarms go."
  type        = string
}

variable "password" {
  description = "Password of the service's user: passed on, never kept."
  type        = string
  ephemeral   = true
  sensitive   = true
}

variable "password_version" {
  description = "Raised together with the version of the stored secret."
  type        = number
}

variable "node_type" {
  description = "Size of a node."
  type        = string

  validation {
    condition     = can(regex("^cache\\.[a-z0-9]+\\.[a-z0-9]+$", var.node_type))
    error_message = "A node type is written like cache.t4g.micro."
  }
}

variable "nodes" {
  description = "1 is cheap; with 2 or more, one in another zone takes over."
  type        = number
  default     = 2

  validation {
    condition     = var.nodes >= 1 && var.nodes <= 6
    error_message = "Between 1 and 6 nodes."
  }
}
