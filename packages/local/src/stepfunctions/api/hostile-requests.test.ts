import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  expectNoPollution,
  hostileJson,
  hostileObject,
  hostileText,
  nested,
  replaying,
} from "../../../../../fuzz/hostile.js";
import definitions from "../../fixtures/corpus/definitions.json" with { type: "json" };
import requests from "../../fixtures/corpus/step-functions-requests.json" with { type: "json" };
import { embedded } from "../fixtures/embedded.js";
import { stepFunctionsApi } from "../index.js";
import { OPERATIONS } from "./operations.js";

/** Whatever a client sends: an answer, or a refusal that has one of AWS's names. Nothing fails inside, and nothing hangs. */

const roleArn = "arn:aws:iam::123456789012:role/role";

const useApi = () => {
  const stack = embedded({ work: (event) => event });
  const api = stepFunctionsApi(stack.service);
  const send = async (operation: string, body: string) => {
    const answer = await api({
      target: `AWSStepFunctions.${operation}`,
      body: Buffer.from(body),
      signal: AbortSignal.abort(),
    });
    return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
  };
  return { ...stack, send };
};

const expectRefused = ({ status, body }: { readonly status: number; readonly body: Record<string, unknown> }) => {
  if (status === 200) return;
  expect({ status, type: body.__type, message: body.message }).toEqual({
    status: 400,
    type: expect.stringMatching(/^[A-Z][A-Za-z]+$/),
    message: expect.any(String),
  });
};

const LAMBDA = "arn:aws:states:::lambda:invoke";
const END = { Type: "Succeed" };
const inner = { StartAt: "X", States: { X: { Type: "Pass", End: true } } };

/** One state of each type, in either language: what is put in their places is what is tried. */
const MACHINES = [
  {
    QueryLanguage: "JSONata",
    StartAt: "Work",
    States: {
      Work: {
        Type: "Task",
        Resource: LAMBDA,
        Arguments: { FunctionName: "work", Payload: "{% $states.input %}" },
        TimeoutSeconds: 5,
        Retry: [{ ErrorEquals: ["A"], IntervalSeconds: 1, MaxAttempts: 1, BackoffRate: 2 }],
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "End" }],
        Assign: { x: "{% $states.result %}" },
        Next: "Which",
      },
      Which: { Type: "Choice", Choices: [{ Condition: "{% $exists($x) %}", Next: "Each" }], Default: "End" },
      Each: { Type: "Map", Items: "{% [1, 2] %}", ItemProcessor: inner, MaxConcurrency: 1, Next: "Both" },
      Both: { Type: "Parallel", Branches: [inner, inner], Output: { a: "{% $states.result[0] %}" }, Next: "Later" },
      Later: { Type: "Wait", Seconds: 1, Next: "End" },
      End: END,
    },
  },
  {
    StartAt: "Work",
    States: {
      Work: {
        Type: "Task",
        Resource: LAMBDA,
        Parameters: { FunctionName: "work", "Payload.$": "$.a[?(@.b == 'c')]" },
        ResultSelector: { "r.$": "States.Format('{}', $.Payload)" },
        ResultPath: "$.result",
        InputPath: "$",
        OutputPath: "$",
        Next: "Which",
      },
      Which: {
        Type: "Choice",
        Choices: [
          {
            And: [{ Variable: "$.a", IsPresent: true }, { Not: { Variable: "$.b", StringMatches: "*x*" } }],
            Next: "Each",
          },
        ],
        Default: "End",
      },
      Each: {
        Type: "Map",
        ItemsPath: "$.list",
        ItemProcessor: inner,
        ItemSelector: { "i.$": "$$.Map.Item.Value" },
        Next: "End",
      },
      End: END,
    },
  },
];

const pathsIn = (value: unknown): readonly (readonly string[])[] =>
  typeof value !== "object" || value === null
    ? []
    : Object.entries(value).flatMap(([key, member]) => [[key], ...pathsIn(member).map((path) => [key, ...path])]);

const replaced = (value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown => {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((member, index) => (String(index) === key ? replaced(member, rest, by) : member));
  const members = Object.entries(value as object);
  return Object.fromEntries(
    members.map(([name, member]) => [name, name === key ? replaced(member, rest, by) : member]),
  );
};

const fragment = fc.oneof(
  hostileJson,
  fc.constantFrom(
    "$",
    "$.",
    "$..*",
    "$[",
    "$.a[?(@",
    "$$",
    "$$.Execution.Input",
    "States.Array(",
    "States.UUID()",
    "*",
    -1,
    0.5,
    1e99,
  ),
  fc.string({ maxLength: 20 }).map((text) => `{% ${text} %}`),
  fc.string({ maxLength: 20 }).map((text) => `$.${text}`),
  fc.string({ maxLength: 20 }).map((text) => `States.Format(${text})`),
);
const definition = fc.oneof(
  { weight: 1, arbitrary: hostileJson },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...MACHINES)
      .chain((machine) =>
        fc.tuple(fc.constantFrom(...pathsIn(machine)), fragment).map(([path, by]) => replaced(machine, path, by)),
      ),
  },
);

describe("a definition of any kind", () => {
  test("is refused by name, or its execution ends", async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(definition, hostileJson), async ([given, input]) => {
        const { send, service } = useApi();
        const text = JSON.stringify(given);

        expectRefused(await send("ValidateStateMachineDefinition", JSON.stringify({ definition: text })));
        const created = await send("CreateStateMachine", JSON.stringify({ name: "M", definition: text, roleArn }));
        expectRefused(created);
        if (created.status === 200) {
          const stateMachineArn = String(created.body.stateMachineArn);
          const { executionArn } = await service.startExecution({ stateMachineArn, input: JSON.stringify(input) });
          const { status } = await service.completion(executionArn);
          expect(["SUCCEEDED", "FAILED", "TIMED_OUT"]).toContain(status);
        }
        expectNoPollution();
      }),
      replaying(definitions as [unknown, unknown][], 200),
    );
  });

  test.each([
    ["brackets", "[".repeat(400_000)],
    ["levels", nested(10_000)],
    [
      "branches in branches",
      `{"StartAt":"A","States":{"A":${'{"Type":"Parallel","Branches":[{"StartAt":"A","States":{"A":'.repeat(3_000)}{}`,
    ],
    [
      "parentheses in an expression",
      JSON.stringify({
        QueryLanguage: "JSONata",
        StartAt: "A",
        States: { A: { Type: "Pass", End: true, Output: `{% ${"(".repeat(100_000)} %}` } },
      }),
    ],
    [
      "signs in an expression",
      JSON.stringify({
        QueryLanguage: "JSONata",
        StartAt: "A",
        States: { A: { Type: "Pass", End: true, Output: `{% ${"-".repeat(100_000)}1 %}` } },
      }),
    ],
    [
      "intrinsic functions",
      JSON.stringify({
        StartAt: "A",
        States: { A: { Type: "Pass", End: true, Parameters: { "a.$": `${"States.Array(".repeat(50_000)}` } } },
      }),
    ],
    [
      "filters of a path",
      JSON.stringify({
        StartAt: "A",
        States: { A: { Type: "Pass", End: true, InputPath: `$${"[?(@.a".repeat(50_000)}` } },
      }),
    ],
    [
      "parentheses of a filter",
      JSON.stringify({
        StartAt: "A",
        States: { A: { Type: "Pass", End: true, InputPath: `$[?(${"(".repeat(50_000)}` } },
      }),
    ],
    [
      "rules of a Choice",
      JSON.stringify({ StartAt: "A", States: { A: { Type: "Choice", Choices: [] } } }).replace(
        "[]",
        `[${'{"Not":'.repeat(10_000)}1${"}".repeat(10_000)}]`,
      ),
    ],
  ])("of too many %s is refused by name", async (_, text) => {
    const { send } = useApi();
    for (const operation of ["CreateStateMachine", "ValidateStateMachineDefinition"]) {
      const answer = await send(operation, JSON.stringify({ name: "M", definition: text, roleArn }));

      if (operation === "CreateStateMachine") expect(answer.status).toBe(400);
      expectRefused(answer);
    }
  });
});

describe("a request of any kind", () => {
  const parameters = hostileObject({
    name: hostileText,
    definition: hostileJson.map((value) => JSON.stringify(value)),
    roleArn: hostileText,
    stateMachineArn: hostileText.map((name) => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`),
    executionArn: hostileText.map((name) => `arn:aws:states:us-east-1:123456789012:execution:M:${name}`),
    resourceArn: hostileText,
    activityArn: hostileText,
    mapRunArn: hostileText,
    taskToken: hostileText,
    input: hostileText,
    output: hostileText,
    error: hostileText,
    cause: hostileText,
    tags: hostileJson,
    tagKeys: hostileJson,
    maxResults: fc.integer(),
    nextToken: hostileText,
    mock: hostileJson,
    stateConfiguration: hostileJson,
  });
  const operation = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...Object.keys(OPERATIONS)) },
    { weight: 1, arbitrary: hostileText },
  );

  test("is answered, or refused by name", async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(operation, fc.oneof(parameters, hostileJson)), async ([name, body]) => {
        expectRefused(await useApi().send(name, JSON.stringify(body)));
        expectNoPollution();
      }),
      replaying(requests as [string, unknown][], 400),
    );
  });

  test("that is no JSON, or nests too deep, is refused by name", async () => {
    const { send } = useApi();
    for (const body of [
      "",
      "{",
      "[]",
      "\u0000",
      `{"name":${"[".repeat(1_000_000)}`,
      `{"name":"M","tags":${nested(100_000)}}`,
    ]) {
      expectRefused(await send("CreateStateMachine", body));
    }
  });
});
