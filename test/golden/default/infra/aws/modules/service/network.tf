# Three zones. Load balancers are in public subnets, pods in private ones, stores in subnets without a way out. The
# public and the data subnets are one block each, so that a network policy needs one line for them.

locals {
  zones = length(var.zones) == 3 ? var.zones : slice(data.aws_availability_zones.available[0].names, 0, 3)

  public_cidr = cidrsubnet(var.cidr, 4, 0)
  data_cidr   = cidrsubnet(var.cidr, 4, 1)
}

data "aws_availability_zones" "available" {
  # checkov:skip=CKV_AWS_394: A new zone sorts behind the first three; the variable zones pins them.
  count = length(var.zones) == 3 ? 0 : 1
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

resource "aws_vpc" "main" {
  cidr_block           = var.cidr
  enable_dns_hostnames = true
  enable_dns_support   = true

  tags = { Name = local.stem }
}

# Nothing uses it, so nothing may pass it.
resource "aws_default_security_group" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id

  tags = { Name = local.stem }
}

resource "aws_subnet" "public" {
  count = 3

  vpc_id            = aws_vpc.main.id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(local.public_cidr, 2, count.index)

  # The load balancer controller finds its subnets by these tags.
  tags = {
    Name                                  = "${local.stem}-public-${count.index}"
    "kubernetes.io/role/elb"              = "1"
    "kubernetes.io/cluster/${local.stem}" = "shared"
  }
}

resource "aws_subnet" "private" {
  count = 3

  vpc_id            = aws_vpc.main.id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.cidr, 2, count.index + 1)

  tags = {
    Name                                  = "${local.stem}-private-${count.index}"
    "kubernetes.io/role/internal-elb"     = "1"
    "kubernetes.io/cluster/${local.stem}" = "shared"
  }
}

resource "aws_subnet" "data" {
  count = 3

  vpc_id            = aws_vpc.main.id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(local.data_cidr, 2, count.index)

  tags = { Name = "${local.stem}-data-${count.index}" }
}

resource "aws_eip" "nat" {
  count = var.nat_gateways

  domain = "vpc"

  tags = { Name = "${local.stem}-nat-${count.index}" }
}

resource "aws_nat_gateway" "main" {
  count = var.nat_gateways

  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.public[count.index].id

  tags = { Name = "${local.stem}-${count.index}" }

  depends_on = [aws_internet_gateway.main]
}
