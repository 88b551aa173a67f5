import { createLog } from "../log.js";
import type { LambdaContext, Log } from "../step.js";

/** The log of one invocation. */
export const handlerLog = (context: LambdaContext | undefined, fields: Readonly<Record<string, unknown>> = {}): Log =>
  createLog({
    write: (line) => process.stdout.write(`${line}\n`),
    now: Date.now,
    level: process.env.LOG_LEVEL,
    fields: { ...fields, ...(context?.awsRequestId !== undefined && { requestId: context.awsRequestId }) },
  });
