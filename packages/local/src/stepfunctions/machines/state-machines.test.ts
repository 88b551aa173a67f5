import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { definitionOf, PASS, useClient, WAITING } from "../fixtures/use-client.js";

const definition = definitionOf(PASS);
const other = definitionOf({ Done: { Type: "Succeed" } });

async function useMachine(machine: { readonly definition?: string } = {}) {
  const { stack, sfn, roleArn } = await useClient();
  const created = await sfn.send(new CreateStateMachineCommand({ name: "Orders", definition, roleArn, ...machine }));
  return { stack, sfn, roleArn, stateMachineArn: created.stateMachineArn ?? "" };
}

describe("UpdateStateMachine", () => {
  test("changes what new executions run, and says so by a revision", async () => {
    const { sfn, stateMachineArn } = await useMachine();

    const { revisionId, updateDate } = await sfn.send(
      new UpdateStateMachineCommand({
        stateMachineArn,
        definition: other,
        roleArn: "arn:aws:iam::000000000000:role/x",
      }),
    );

    const described = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(described).toMatchObject({
      name: "Orders",
      type: "STANDARD",
      status: "ACTIVE",
      definition: other,
      roleArn: "arn:aws:iam::000000000000:role/x",
      revisionId,
      loggingConfiguration: { level: "OFF", includeExecutionData: false },
      tracingConfiguration: { enabled: false },
      encryptionConfiguration: { type: "AWS_OWNED_KEY" },
    });
    expect(revisionId).toMatch(/^[0-9a-f-]{36}$/);
    expect(updateDate).toBeInstanceOf(Date);
    await expect(
      sfn.send(new CreateStateMachineCommand({ name: "Orders", definition, roleArn: "arn:aws:iam::0:role/x" })),
    ).rejects.toMatchObject({ name: "StateMachineAlreadyExists" });
  });

  test("leaves a running execution with the definition it was started with", async () => {
    const { stack, sfn, stateMachineArn } = await useMachine({ definition: definitionOf(WAITING) });
    const { executionArn = "" } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));

    await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition: other }));

    const running = await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    expect(running).toMatchObject({ stateMachineArn, name: "Orders", definition: definitionOf(WAITING) });
    expect(running.revisionId).toBeUndefined();
    const next = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    expect(await stack.stepFunctions.completion(next.executionArn ?? "")).toMatchObject({ status: "SUCCEEDED" });
  });

  test("refuses a broken definition, leaving the machine as it was, and a change of nothing", async () => {
    const { sfn, stateMachineArn } = await useMachine();

    await expect(sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition: "{}" }))).rejects.toMatchObject({
      name: "InvalidDefinition",
    });
    await expect(sfn.send(new UpdateStateMachineCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: "MissingRequiredParameter",
    });
    await expect(
      sfn.send(new UpdateStateMachineCommand({ stateMachineArn: `${stateMachineArn}s`, definition })),
    ).rejects.toMatchObject({ name: "StateMachineDoesNotExist" });

    const described = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(described).toMatchObject({ definition });
    expect(described.revisionId).toBeUndefined();
  });
});

test("the same machine is created once, whatever its role and tags, and its definition can be left out", async () => {
  const { sfn, stateMachineArn } = await useMachine();

  const again = await sfn.send(
    new CreateStateMachineCommand({ name: "Orders", definition, roleArn: "arn:aws:iam::0:role/other" }),
  );
  const metadata = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn, includedData: "METADATA_ONLY" }));

  expect(again.stateMachineArn).toBe(stateMachineArn);
  expect(metadata.definition).toBe("{}");
});

test("machines are listed with their type, page by page", async () => {
  const { sfn, roleArn, stateMachineArn } = await useMachine();
  await sfn.send(new CreateStateMachineCommand({ name: "Fast", definition, roleArn, type: "EXPRESS" }));

  const first = await sfn.send(new ListStateMachinesCommand({ maxResults: 1 }));
  const second = await sfn.send(new ListStateMachinesCommand({ maxResults: 1, nextToken: first.nextToken }));

  const listed = [...(first.stateMachines ?? []), ...(second.stateMachines ?? [])];
  expect(listed).toEqual([
    { stateMachineArn, name: "Orders", type: "STANDARD", creationDate: expect.any(Date) },
    { stateMachineArn: expect.stringMatching(/Fast$/), name: "Fast", type: "EXPRESS", creationDate: expect.any(Date) },
  ]);
  expect(second.nextToken).toBeUndefined();
});

describe("DeleteStateMachine", () => {
  test("takes a machine without running executions away at once; its executions can still be described", async () => {
    const { stack, sfn, stateMachineArn } = await useMachine();
    const { executionArn = "" } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: "7" }));
    await stack.stepFunctions.completion(executionArn);

    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));

    await expect(sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: "StateMachineDoesNotExist",
    });
    expect(await sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({ output: "7" });
  });

  test("leaves one with running executions DELETING, which ends them at their next transition", async () => {
    const { stack, sfn, roleArn, stateMachineArn } = await useMachine({ definition: definitionOf(WAITING) });
    const token = new Promise<string>((resolve) => {
      stack.stepFunctions.onEvent((_arn, { type, details }) => {
        if (type === "TaskSubmitted" || type !== "TaskScheduled") return;
        resolve(JSON.parse(String(details?.parameters)).Payload);
      });
    });
    const { executionArn = "" } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    const taskToken = await token;

    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));

    expect(await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))).toMatchObject({ status: "DELETING" });
    const refused = { name: "StateMachineDeleting" };
    await expect(sfn.send(new StartExecutionCommand({ stateMachineArn }))).rejects.toMatchObject(refused);
    await expect(sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition: other }))).rejects.toMatchObject(
      refused,
    );
    await expect(
      sfn.send(new CreateStateMachineCommand({ name: "Orders", definition: other, roleArn })),
    ).rejects.toMatchObject(refused);
    await stack.stepFunctions.sendTaskSuccess({ taskToken, output: "1" });
    expect(await stack.stepFunctions.completion(executionArn)).toMatchObject({
      status: "ABORTED",
      cause: "The state machine was deleted",
    });
    await expect(sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: "StateMachineDoesNotExist",
    });
  });

  test("is over as soon as the last running execution is stopped", async () => {
    const { sfn, stateMachineArn } = await useMachine({ definition: definitionOf(WAITING) });
    const { executionArn = "" } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));

    await sfn.send(new StopExecutionCommand({ executionArn }));

    const { stateMachines } = await sfn.send(new ListStateMachinesCommand({}));
    expect(stateMachines).toEqual([]);
  });
});

describe("ValidateStateMachineDefinition", () => {
  test("finds nothing in a sound definition", async () => {
    const { sfn } = await useClient();

    const { $metadata: _, ...valid } = await sfn.send(new ValidateStateMachineDefinitionCommand({ definition }));

    expect(valid).toEqual({ result: "OK", diagnostics: [], truncated: false });
  });

  test.each([
    ["{", "INVALID_JSON_DESCRIPTION", "/"],
    ["{}", "SCHEMA_VALIDATION_FAILED", expect.stringMatching(/^\//)],
    [definitionOf({ Done: { Type: "Pass" } }), "SCHEMA_VALIDATION_FAILED", expect.stringContaining("/States/Done")],
  ])("of %s says what is wrong, and where", async (broken, code, location) => {
    const { sfn } = await useClient();

    const validated = await sfn.send(new ValidateStateMachineDefinitionCommand({ definition: broken }));

    expect(validated).toMatchObject({
      result: "FAIL",
      diagnostics: [{ severity: "ERROR", code, location, message: expect.any(String) }],
      truncated: false,
    });
  });

  test("of an Express machine refuses what only Standard ones may do", async () => {
    const { sfn } = await useClient();

    const validated = await sfn.send(
      new ValidateStateMachineDefinitionCommand({ definition: definitionOf(WAITING), type: "EXPRESS" }),
    );

    expect(validated).toMatchObject({
      result: "FAIL",
      diagnostics: [{ code: "SCHEMA_VALIDATION_FAILED", location: "/States/Ask/Resource" }],
    });
  });
});

describe("tags", () => {
  test("of a machine are added, changed, removed and listed, and end with it", async () => {
    const { sfn, stateMachineArn: resourceArn } = await useMachine();
    const list = async () => (await sfn.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
    const team = { key: "team", value: "orders" };

    await sfn.send(new TagResourceCommand({ resourceArn, tags: [team, { key: "stage", value: "test" }] }));
    await sfn.send(new TagResourceCommand({ resourceArn, tags: [{ key: "stage", value: "live" }] }));
    expect(await list()).toEqual([team, { key: "stage", value: "live" }]);
    await sfn.send(new UntagResourceCommand({ resourceArn, tagKeys: ["stage", "none"] }));
    expect(await list()).toEqual([team]);
    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn: resourceArn }));
    await expect(list()).rejects.toMatchObject({ name: "ResourceNotFound" });
  });

  test("are at most fifty", async () => {
    const { sfn, stateMachineArn: resourceArn } = await useMachine();
    const tags = Array.from({ length: 51 }, (_, index) => ({ key: `k${index}`, value: "" }));

    await expect(sfn.send(new TagResourceCommand({ resourceArn, tags }))).rejects.toMatchObject({
      name: "TooManyTags",
    });
  });
});
