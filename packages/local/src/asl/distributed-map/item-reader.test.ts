import { describe, expect, test } from "vitest";
import { mapState, PASS, reader, runMap } from "../fixtures/distributed-map.js";
import { memoryObjects } from "../fixtures/memory-objects.js";
import { machineOf, runDefinition } from "../fixtures/run-machine.js";
import type { JsonObject } from "../index.js";

describe("ItemReader", () => {
  const read = (config: JsonObject, body: string, fields: JsonObject = {}) =>
    runMap({ ItemReader: reader(config), ...fields }, { objects: memoryObjects({ "b/data": body }) });

  test.each([
    ["JSON", '[{"n":1},{"n":2}]'],
    ["JSONL", '{"n":1}\n{"n":2}\n'],
  ])("reads %s", async (inputType, body) => {
    expect((await read({ InputType: inputType }, body)).outcome).toMatchObject({ output: [{ n: 1 }, { n: 2 }] });
  });

  test("reads CSV with its delimiter and its source", async () => {
    const config = { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW", CSVDelimiter: "PIPE" };
    const selector = "{% $states.context.Map.Item %}";

    expect((await read(config, "n|m\n1|2\n", { ItemSelector: selector })).outcome).toMatchObject({
      output: [{ Index: 0, Value: { n: "1", m: "2" }, Source: "S3://b/data" }],
    });
  });

  test("finds the items in a JSON object by ItemsPointer, a list or another object", async () => {
    const body = JSON.stringify({ "a/b": { list: [1, 2] } });

    expect((await read({ InputType: "JSON", ItemsPointer: "/a~1b/list" }, body)).outcome).toMatchObject({
      output: [1, 2],
    });
    expect((await read({ InputType: "JSON", ItemsPointer: "/a~1b" }, body)).outcome).toMatchObject({
      output: [{ Key: "list", Value: [1, 2] }],
    });
  });

  test("lists objects with their metadata", async () => {
    const objects = memoryObjects({ "b/in/1": "{}", "b/in/2": "12", "b/out/3": "" });
    const list = { Resource: "arn:aws:states:::s3:listObjectsV2", Arguments: { Bucket: "b", Prefix: "in/" } };

    const { outcome } = await runMap({ ItemReader: list }, { objects });

    const metadata = { Etag: '"etag"', LastModified: 1_767_225_600, Size: 2, StorageClass: "STANDARD" };
    expect(outcome).toEqual({
      status: "SUCCEEDED",
      output: [
        { ...metadata, Key: "in/1" },
        { ...metadata, Key: "in/2" },
      ],
    });
  });

  test("reads all objects under a prefix as one dataset with LOAD_AND_FLATTEN", async () => {
    const objects = memoryObjects({ "b/in/1": "[1,2]", "b/in/2": "[3]" });
    const list = {
      Resource: "arn:aws:states:::s3:listObjectsV2",
      ReaderConfig: { InputType: "JSON", Transformation: "LOAD_AND_FLATTEN", MaxItems: 3 },
      Arguments: { Bucket: "b", Prefix: "in/" },
    };

    expect((await runMap({ ItemReader: list }, { objects })).outcome).toMatchObject({ output: [1, 2, 3] });
  });

  test.each([
    [
      "a missing object",
      "gone",
      "[]",
      { InputType: "JSON" },
      "Unable to read S3://b/gone. NoSuchKey: The specified key does not exist.",
    ],
    ["what is no JSON", "data", "{", { InputType: "JSON" }, /^Unable to read S3:\/\/b\/data\. SyntaxError: /],
    ["a dataset without items", "data", '"text"', { InputType: "JSON" }, "Attempting to map over non-iterable node."],
    [
      "a pointer that points to nothing",
      "data",
      "{}",
      { InputType: "JSON", ItemsPointer: "/a" },
      "The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.",
    ],
  ])("fails the Map Run for %s", async (_case, key, body, config, cause) => {
    const objects = memoryObjects({ "b/data": body });

    const { outcome, events } = await runMap({ ItemReader: reader(config, key) }, { objects });

    const expected = typeof cause === "string" ? cause : expect.stringMatching(cause);
    const failure = { error: "States.ItemReaderFailed", cause: expected };
    expect(outcome).toEqual({ status: "FAILED", ...failure });
    expect(events.slice(2).map(({ type }) => type)).toEqual([
      "MapStateStarted",
      "MapRunStarted",
      "MapRunFailed",
      "MapStateFailed",
      "ExecutionFailed",
    ]);
    expect(events[2]?.details).toEqual({ length: 0 });
    expect(events[4]?.details).toEqual(failure);
  });

  test("fails before there is a Map Run for a MaxItemsPath that is no whole number", async () => {
    const map = mapState(
      {
        ItemReader: {
          Resource: "arn:aws:states:::s3:getObject",
          ReaderConfig: { InputType: "JSON", MaxItemsPath: "$.limit" },
          Parameters: { Bucket: "b", Key: "data" },
        },
      },
      PASS,
    );
    const definition = { StartAt: "Map", States: { Map: map } };

    const { outcome, types } = await runDefinition(definition, { input: { limit: 1.5 }, objects: memoryObjects() });

    expect(outcome).toEqual({
      status: "FAILED",
      error: "States.Runtime",
      cause:
        "An error occurred while executing the state 'Map' (entered at the event id #2). " +
        'The MaxItemsPath field refers to value "1.5" which is not a valid integer: $.limit',
    });
    expect(types).toEqual(["ExecutionStarted", "MapStateEntered", "MapStateStarted", "ExecutionFailed"]);
  });

  test("may be caught", async () => {
    const map = mapState({ ItemReader: reader({ InputType: "JSON" }) }, PASS);
    const caught = { ...map, Catch: [{ ErrorEquals: ["States.ItemReaderFailed"], Next: "Done" }] };
    const definition = machineOf({ Map: caught, Done: { Type: "Pass", Output: "caught", End: true } });

    expect((await runDefinition(definition, { objects: memoryObjects() })).outcome).toMatchObject({ output: "caught" });
  });
});
