output "role_name" {
  description = "Name of the role, to attach policies to."
  value       = aws_iam_role.pod.name
}

output "role_arn" {
  description = "ARN of the role."
  value       = aws_iam_role.pod.arn
}
