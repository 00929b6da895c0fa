output "image" {
  description = "Repository of the image, without tag or digest."
  value       = aws_ecr_repository.service.repository_url
}

output "build_role" {
  description = "Role that the main branch takes to push."
  value       = aws_iam_role.build.arn
}
