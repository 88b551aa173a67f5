import type { Json } from "../json.js";
import { IntrinsicArgumentError } from "./intrinsic-argument.js";
import { INTRINSIC_FUNCTIONS, type IntrinsicFunction } from "./intrinsic-function.js";
import { type IntrinsicArgument, type IntrinsicCall, parseIntrinsic } from "./intrinsic-parser.js";
import type { PathQuery } from "./path-query.js";
import { runtimeQueryFailure } from "./query-failure.js";
import type { PathScope } from "./scope.js";

type Evaluate = (scope: PathScope) => Json;

/**
 * Compiles a call of an intrinsic function such as `States.Format('Hello {}', $.name)`.
 *
 * @throws Error if the text is not such a call
 */
export function compileIntrinsic(text: string): Evaluate {
  // AWS names the whole expression, not the nested call that failed.
  const fail = (reason: string) => runtimeQueryFailure(`The function '${text}' had the following error: ${reason}`);
  return compileCall(parseIntrinsic(text), fail);
}

type Fail = (reason: string) => Error;

function compileCall(call: IntrinsicCall, fail: Fail): Evaluate {
  const definition = INTRINSIC_FUNCTIONS[call.name];
  if (definition === undefined) throw new Error(`${call.name} is not an intrinsic function`);
  const parameters = call.arguments.map((argument, position) => {
    const asTemplate = position === 0 && definition.takesTemplate === true;
    return compileArgument(argument, fail, { asTemplate });
  });
  const { minArguments = parameters.length, maxArguments = parameters.length } = definition;
  const fits = parameters.length >= minArguments && parameters.length <= maxArguments;
  return (scope) => {
    if (!fits) throw fail(`Invalid number of arguments in ${call.name}`);
    const values = parameters.map((parameter) => parameter(scope));
    return runFunction(definition, { values, scope, name: call.name, fail });
  };
}

interface Invocation {
  readonly values: readonly Json[];
  readonly scope: PathScope;
  readonly name: string;
  readonly fail: Fail;
}

function runFunction(definition: IntrinsicFunction, { values, scope, name, fail }: Invocation): Json {
  try {
    return definition.run(values, scope);
  } catch (error) {
    if (!(error instanceof IntrinsicArgumentError)) throw error;
    throw fail(`Invalid arguments in ${name}: ${error.message}`);
  }
}

function compileArgument(argument: IntrinsicArgument, fail: Fail, { asTemplate }: { asTemplate: boolean }): Evaluate {
  switch (argument.kind) {
    case "call":
      return compileCall(argument, fail);
    case "path":
      return compilePathArgument(argument.query, fail);
    case "text": {
      const text = asTemplate ? argument.raw : argument.text;
      return () => text;
    }
    case "value":
      return () => argument.value;
  }
}

function compilePathArgument(query: PathQuery, fail: Fail): Evaluate {
  return (scope) => {
    const value = query.find(scope);
    if (value !== undefined) return value;
    const miss = query.miss(scope);
    if (miss.kind === "notAList") throw fail(miss.text);
    const input = JSON.stringify(scope.input);
    throw fail(`The JsonPath argument for the field '${query.rootedText}' could not be found in the input '${input}'`);
  };
}
