output "host" {
  description = "Address of the server."
  value       = aws_db_instance.main.address
}
