import { expect, test } from "vitest";
import { embedded, nextEvent } from "../fixtures/embedded.js";
import { definitionOf } from "../fixtures/use-client.js";

test("an Express execution lasts five minutes at most", async () => {
  const { service, clock } = embedded({ work: () => new Promise(() => {}) });
  const definition = definitionOf({
    Work: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Arguments: { FunctionName: "work" }, End: true },
  });
  const { stateMachineArn } = await service.createStateMachine({ name: "Fast", definition, type: "EXPRESS" });
  const working = nextEvent(service, "TaskStarted");
  const ended = service.startSyncExecution({ stateMachineArn });
  await working;

  clock.advance(300_000);

  expect(await ended).toMatchObject({ status: "TIMED_OUT" });
}, 5_000);
