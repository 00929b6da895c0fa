output "image" {
  description = "Repository of the image, without tag or digest."
  value       = aws_ecr_repository.service.repository_url
}
