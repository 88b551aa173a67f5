import { attemptTask } from "../task-attempt.js";
import { type CompileState, readRecoverable } from "./body.js";

/** Resources whose tasks have a token in the context object: AWS gives one to jobs that are waited for, too. */
const WITH_TOKEN = /\.(waitForTaskToken|sync(:\d+)?)$/;

const SECONDS = { min: 1, max: 99_999_999 };

export const compileTask: CompileState = (source) => {
  const { fields, language, compilation } = source;
  const arn = fields.string("Resource");
  const resource =
    compilation.resolveTask(arn) ?? fields.refuse("Resource", `the resource "${arn}" is not supported by this engine`);
  const hasToken = resource.waitsForTaskToken || WITH_TOKEN.test(arn);
  const payload = language.payload(fields);
  const credentials = language.template(fields, "Credentials");
  const timeout = language.integer(fields, "TimeoutSeconds", SECONDS);
  const heartbeat = language.integer(fields, "HeartbeatSeconds", SECONDS);
  return readRecoverable(source, (conclude) => async (visit) => {
    const taskToken = hasToken ? visit.line.run.newTaskToken() : undefined;
    const entry = taskToken === undefined ? visit : { ...visit, taskToken };
    const result = await attemptTask(entry, {
      arn,
      resource,
      arguments: payload === undefined ? entry.input : await payload(entry),
      credentials: credentials && (await credentials(entry)),
      timeoutSeconds: timeout && (await timeout(entry)),
      heartbeatSeconds: heartbeat && (await heartbeat(entry)),
    });
    return conclude(entry, { result }, result);
  });
};
