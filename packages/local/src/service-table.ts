import { forPages, jsonService, type Service } from "./http/index.js";
import { dataPlane, describeEndpoint, type Iot } from "./iot/index.js";
import { invokeApi, type Lambda, MAX_EVENT_BYTES } from "./lambda/index.js";
import type { S3 } from "./s3/index.js";
import { type StepFunctions, stepFunctionsApi } from "./stepfunctions/index.js";

interface Services {
  readonly s3: S3;
  readonly stepFunctions: StepFunctions;
  readonly iot: Iot;
  readonly lambda: Lambda;
  /** `host:port` of the front. */
  readonly host: () => string;
}

const MB = 1024 * 1024;

/** Everything that the front serves over HTTP. The first row whose target or path fits takes an unsigned request. */
export function serviceTable({ s3, stepFunctions, iot, lambda, host }: Services): readonly Service[] {
  const answerStates = stepFunctionsApi(stepFunctions);
  return [
    {
      name: "Step Functions",
      signingNames: ["states"],
      target: "AWSStepFunctions.",
      isSigned: true,
      handle: jsonService(
        ({ headers, body, signal }) => answerStates({ target: String(headers["x-amz-target"] ?? ""), body, signal }),
        // A definition of 1 MB, escaped inside its JSON envelope.
        { maxBodyBytes: 4 * MB, tooLargeCode: "RequestEntityTooLargeException" },
      ),
    },
    {
      name: "IoT data plane",
      signingNames: ["iotdata", "iotdevicegateway"],
      path: /^\/(topics\/|retainedMessage(\/|$))/,
      handle: jsonService(dataPlane(iot), { maxBodyBytes: MB, tooLargeCode: "RequestEntityTooLargeException" }),
    },
    {
      name: "IoT",
      signingNames: ["iot"],
      path: /^\/endpoint$/,
      isSigned: true,
      handle: jsonService(describeEndpoint(host), { maxBodyBytes: MB, tooLargeCode: "InvalidRequestException" }),
    },
    {
      name: "Lambda",
      signingNames: ["lambda"],
      path: /^\/2015-03-31\//,
      isSigned: true,
      handle: jsonService(invokeApi(lambda), {
        maxBodyBytes: MAX_EVENT_BYTES,
        tooLargeCode: "RequestTooLargeException",
      }),
    },
    { name: "S3", signingNames: ["s3"], path: /^\/./, handle: forPages(s3.handle) },
  ];
}
