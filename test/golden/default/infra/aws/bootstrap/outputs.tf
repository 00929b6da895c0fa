output "name_servers" {
  description = "What the parent domain must answer for this host: the one thing to do at the registrar."
  value       = aws_route53_zone.main.name_servers
}

output "state_bucket" {
  description = "Bucket that holds the state of this environment."
  value       = aws_s3_bucket.state.bucket
}
