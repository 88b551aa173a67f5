terraform {
  required_version = ">= 1.6"
  required_providers {
    archive = { source = "hashicorp/archive", version = "~> 2.4" }
    aws     = { source = "hashicorp/aws", version = "~> 6.0" }
  }
}

locals {
  process    = "Orders"
  topic_root = "orders"
  # The timeout of a step's function is that of its state: no attempt outlives it. Unit: seconds.
  steps = {
    charge = { timeout = 20 }
    ship   = { timeout = 30 }
  }
  environment = {
    BUCKET_NAME  = aws_s3_bucket.sidecars.bucket
    TOPIC_ROOT   = local.topic_root
    IOT_ENDPOINT = data.aws_iot_endpoint.data.endpoint_address
    SFS3_PROCESS = local.process
    NODE_OPTIONS = "--enable-source-maps"
  }
  topics = "arn:${data.aws_partition.current.partition}:iot:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:topic/${local.topic_root}/*"
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}
data "aws_iot_endpoint" "data" {
  endpoint_type = "iot:Data-ATS"
}

resource "aws_s3_bucket" "sidecars" {
  bucket_prefix = "orders-sidecars-"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "sidecars" {
  bucket = aws_s3_bucket.sidecars.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "sidecars" {
  bucket                  = aws_s3_bucket.sidecars.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "sidecars" {
  bucket = aws_s3_bucket.sidecars.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "sidecars" {
  bucket = aws_s3_bucket.sidecars.id
  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = 30
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
  # Blobs whose step failed, or was done over by another attempt.
  rule {
    id     = "uncommitted-blobs"
    status = "Enabled"
    filter {
      tag {
        key   = "sfs3"
        value = "uncommitted"
      }
    }
    expiration {
      days = 1
    }
    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }
  depends_on = [aws_s3_bucket_versioning.sidecars]
}

resource "aws_s3_bucket_policy" "sidecars" {
  bucket = aws_s3_bucket.sidecars.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.sidecars.arn, "${aws_s3_bucket.sidecars.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_cloudwatch_log_group" "functions" {
  name              = "/sfs3/${local.process}"
  retention_in_days = 30
}

data "aws_iam_policy_document" "lambda" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "function" {
  statement {
    actions   = ["iot:Publish"]
    resources = [local.topics]
  }
  statement {
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.sidecars.arn]
  }
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.functions.arn}:*"]
  }
  # X-Ray knows no narrower resource.
  statement {
    actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "step" {
  source_policy_documents = [data.aws_iam_policy_document.function.json]
  statement {
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.sidecars.arn}/*"]
  }
  # For the steps that write blobs.
  statement {
    actions   = ["s3:PutObjectTagging", "s3:AbortMultipartUpload"]
    resources = ["${aws_s3_bucket.sidecars.arn}/*/blobs/*"]
  }
}

resource "aws_iam_role" "step" {
  name_prefix        = "orders-step-"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

resource "aws_iam_role_policy" "step" {
  role   = aws_iam_role.step.id
  policy = data.aws_iam_policy_document.step.json
}

data "archive_file" "step" {
  for_each    = local.steps
  type        = "zip"
  source_dir  = "${path.module}/../dist/${each.key}"
  output_path = "${path.module}/.terraform/${each.key}.zip"
}

resource "aws_lambda_function" "step" {
  for_each         = local.steps
  function_name    = "Orders-${each.key}"
  filename         = data.archive_file.step[each.key].output_path
  source_code_hash = data.archive_file.step[each.key].output_base64sha256
  handler          = "index.${each.key}"
  timeout          = each.value.timeout
  role             = aws_iam_role.step.arn
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  memory_size      = 256
  environment {
    variables = local.environment
  }
  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.functions.name
  }
  tracing_config {
    mode = "Active"
  }
}

data "aws_iam_policy_document" "states" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

data "aws_iam_policy_document" "machine" {
  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [for step in aws_lambda_function.step : step.arn]
  }
  statement {
    actions   = ["iot:Publish"]
    resources = [local.topics]
  }
  # These actions know no narrower resource.
  statement {
    actions = [
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
      "xray:PutTraceSegments",
      "xray:PutTelemetryRecords",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
    ]
    resources = ["*"]
  }
}

resource "aws_iam_role" "machine" {
  name_prefix        = "orders-machine-"
  assume_role_policy = data.aws_iam_policy_document.states.json
}

resource "aws_iam_role_policy" "machine" {
  role   = aws_iam_role.machine.id
  policy = data.aws_iam_policy_document.machine.json
}

resource "aws_cloudwatch_log_group" "machine" {
  name              = "/aws/vendedlogs/states/${local.process}"
  retention_in_days = 30
}

resource "aws_sfn_state_machine" "orders" {
  name     = local.process
  type     = "STANDARD"
  role_arn = aws_iam_role.machine.arn
  definition = templatefile("${path.module}/../asl/Orders.asl.json", {
    ChargeFunctionArn = aws_lambda_function.step["charge"].arn
    ShipFunctionArn   = aws_lambda_function.step["ship"].arn
  })
  logging_configuration {
    level                  = "ERROR"
    include_execution_data = false
    log_destination        = "${aws_cloudwatch_log_group.machine.arn}:*"
  }
  tracing_configuration {
    enabled = true
  }
  depends_on = [aws_iam_role_policy.machine]
}

output "bucket_name" {
  value = aws_s3_bucket.sidecars.bucket
}

output "state_machine_arn" {
  value = aws_sfn_state_machine.orders.arn
}
