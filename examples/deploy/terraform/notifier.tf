# Says the ends that the machine cannot say itself. Without this file, clients learn of those by asking for the state.

data "aws_iam_policy_document" "notifier" {
  source_policy_documents = [data.aws_iam_policy_document.function.json]
  statement {
    actions   = ["states:DescribeExecution", "states:GetExecutionHistory"]
    resources = ["${replace(aws_sfn_state_machine.orders.arn, ":stateMachine:", ":execution:")}:*"]
  }
  statement {
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.sidecars.arn}/ends/*"]
  }
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.unannounced.arn]
  }
}

resource "aws_iam_role" "notifier" {
  name_prefix        = "orders-notifier-"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

resource "aws_iam_role_policy" "notifier" {
  role   = aws_iam_role.notifier.id
  policy = data.aws_iam_policy_document.notifier.json
}

data "archive_file" "notifier" {
  type        = "zip"
  source_dir  = "${path.module}/../dist/notifier"
  output_path = "${path.module}/.terraform/notifier.zip"
}

resource "aws_lambda_function" "notifier" {
  function_name    = "Orders-notifier"
  filename         = data.archive_file.notifier.output_path
  source_code_hash = data.archive_file.notifier.output_base64sha256
  handler          = "index.notifier"
  timeout          = 30
  role             = aws_iam_role.notifier.arn
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

resource "aws_sqs_queue" "unannounced" {
  name_prefix               = "orders-unannounced-"
  sqs_managed_sse_enabled   = true
  message_retention_seconds = 1209600
}

resource "aws_lambda_function_event_invoke_config" "notifier" {
  function_name                = aws_lambda_function.notifier.function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 21600
  destination_config {
    on_failure {
      destination = aws_sqs_queue.unannounced.arn
    }
  }
  depends_on = [aws_iam_role_policy.notifier]
}

resource "aws_cloudwatch_event_rule" "ended" {
  name_prefix = "orders-ended-"
  event_pattern = jsonencode({
    source      = ["aws.states"]
    detail-type = ["Step Functions Execution Status Change"]
    detail = {
      stateMachineArn = [aws_sfn_state_machine.orders.arn]
      status          = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
    }
  })
}

resource "aws_cloudwatch_event_target" "ended" {
  rule = aws_cloudwatch_event_rule.ended.name
  arn  = aws_lambda_function.notifier.arn
}

resource "aws_lambda_permission" "ended" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.notifier.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.ended.arn
}
