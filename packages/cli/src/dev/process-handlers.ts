import type { LocalStack } from "@sfs3/local";
import type { HttpApiHandler } from "./http-api.js";
import type { LiveFlow } from "./live-flows.js";

/** The Lambda functions behind the API of one process. */
export interface ProcessHandlers {
  readonly start: HttpApiHandler;
  readonly state: HttpApiHandler;
}

/** Makes them as a deployment does, on clients of the stack; once for each version of a flow. */
export function createProcessHandlers(
  stack: LocalStack,
  bucketName: string,
): (live: LiveFlow) => Promise<ProcessHandlers> {
  const made = new WeakMap<LiveFlow["flow"], Promise<ProcessHandlers>>();
  return ({ flow }) => {
    const known = made.get(flow) ?? makeHandlers(stack, bucketName, flow);
    made.set(flow, known);
    return known;
  };
}

/** The clients take longer to load than the stack takes to start: the first request loads them. */
async function makeHandlers(stack: LocalStack, bucketName: string, flow: LiveFlow["flow"]): Promise<ProcessHandlers> {
  const [{ createStartHandler, createStateHandler }, { S3Client }, { SFNClient }] = await Promise.all([
    import("@sfs3/sdk/api"),
    import("@aws-sdk/client-s3"),
    import("@aws-sdk/client-sfn"),
  ]);
  const client = {
    endpoint: stack.url,
    region: stack.environment.AWS_REGION ?? "",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const stateMachineArn = stack.stateMachineArn(flow.name);
  const stepFunctions = new SFNClient(client);
  return {
    start: createStartHandler({ flow, bucketName, stateMachineArn, s3: new S3Client(client), stepFunctions }),
    state: createStateHandler({ stateMachineArn, stepFunctions, showCause: true }),
  };
}
