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
