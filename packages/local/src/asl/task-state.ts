import { conclude, readConclusion } from "./conclusion.js";
import { evaluationOf } from "./evaluation.js";
import { type CompileState, nextTargets, readNext, readRecovery } from "./state-body.js";
import { attemptTask } from "./task-attempt.js";
import { readIntegerTemplate } from "./typed-template.js";

const SECONDS = { min: 1, max: 99_999_999 };

export const compileTask: CompileState = (fields, compilation) => {
  const arn = fields.string("Resource");
  const resource =
    compilation.resolveTask(arn, fields.path) ??
    fields.refuse("Resource", `the resource "${arn}" is not supported by this engine`);
  const argumentsTemplate = compilation.optionalTemplate(fields, "Arguments");
  const timeout = readIntegerTemplate(fields, compilation, "TimeoutSeconds", SECONDS);
  const heartbeat = readIntegerTemplate(fields, compilation, "HeartbeatSeconds", SECONDS);
  const recovery = readRecovery(fields, compilation);
  const next = readNext(fields);
  const conclusion = readConclusion(fields, compilation, next);
  return {
    targets: [...nextTargets(next), ...recovery.targets],
    ends: next === undefined,
    recovery,
    run: async (visit) => {
      const taskToken = resource.waitsForTaskToken ? visit.line.run.newTaskToken() : undefined;
      const entry = taskToken === undefined ? visit : { ...visit, taskToken };
      const evaluation = evaluationOf(entry);
      const result = await attemptTask(entry, {
        arn,
        resource,
        arguments: argumentsTemplate === undefined ? entry.input : await argumentsTemplate(evaluation),
        timeoutSeconds: await timeout?.(evaluation),
        heartbeatSeconds: await heartbeat?.(evaluation),
      });
      return conclude(entry, conclusion, { result }, result);
    },
  };
};
