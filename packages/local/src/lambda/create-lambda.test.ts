import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { createLambda, type FunctionOptions, type Lambda, type LambdaOptions, type LogOutput } from "@sfs3/local";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { deferred } from "../fixtures/deferred.js";

const module = fileURLToPath(new URL("./fixtures/handlers.mjs", import.meta.url));
const REQUEST_ID = /[0-9a-f-]{36}/;

const open: Lambda[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((lambda) => lambda.close()));
});

function startLambda(options: Partial<LambdaOptions> = {}): Lambda {
  const lambda = createLambda({ region: "us-east-1", accountId: "123456789012", ...options });
  open.push(lambda);
  return lambda;
}

/** A function named after its handler. */
function create(lambda: Lambda, path: string, options: Partial<FunctionOptions> = {}): string {
  return lambda.createFunction({
    name: path.replaceAll(".", "-"),
    handler: { module, path: path.split(".") },
    ...options,
  });
}

async function invoke(lambda: Lambda, path: string, event: unknown = {}) {
  const { payload, functionError } = await lambda.invoke(path.replaceAll(".", "-"), JSON.stringify(event));
  return { payload: JSON.parse(payload), functionError };
}

describe.each([{ inline: false }, { inline: true }])("invoke, inline $inline", ({ inline }) => {
  test.each([
    ["echo", { a: [1, "ü", null] }, { a: [1, "ü", null] }],
    ["nothing", {}, null],
    ["synchronous", {}, "at once"],
    ["nested.handlers.step-a", {}, "found"],
  ])("%s answers with what the handler returns", async (path, event, expected) => {
    const lambda = startLambda({ inline });
    create(lambda, path);

    expect(await invoke(lambda, path, event)).toEqual({ payload: expected, functionError: undefined });
  });

  test.each([
    ["fail", "RangeError", "out of range"],
    ["failWithText", "string", "just text"],
    ["bigint", "Runtime.MarshalError", "Unable to stringify response body"],
    ["large", "Function.ResponseSizeTooLarge", /exceeded maximum allowed payload size \(6291556 bytes\)/],
    ["missing", "Runtime.HandlerNotFound", /^missing of .*handlers\.mjs is undefined or not exported$/],
    ["notAFunction", "Runtime.HandlerNotFound", /is not a function$/],
    ["callback", "Runtime.CallbackHandlerDeprecated", /Return a promise/],
  ])("%s is an unhandled error of type %s", async (path, errorType, errorMessage) => {
    const lambda = startLambda({ inline });
    create(lambda, path);

    const { payload, functionError } = await invoke(lambda, path);

    expect(functionError).toBe("Unhandled");
    expect(payload).toMatchObject({ errorType, errorMessage: expect.stringMatching(errorMessage) });
  });

  test("a thrown error carries its trace", async () => {
    const lambda = startLambda({ inline });
    create(lambda, "fail");

    const { payload } = await invoke(lambda, "fail");

    expect(payload.trace[0]).toBe("RangeError: out of range");
    expect(payload.trace[1]).toContain("handlers.mjs");
  });

  test("a module that does not load says why", async () => {
    const lambda = startLambda({ inline });
    create(lambda, "handler", { handler: { module: module.replace("handlers", "broken"), path: ["handler"] } });

    const { payload } = await invoke(lambda, "handler");

    expect(payload.errorType).toBe("Runtime.ImportModuleError");
    expect(payload.errorMessage).toMatch(/^Error: Cannot load .*broken\.mjs: Error: not today$/);
  });

  test("the loader of the options loads the module", async () => {
    const lambda = startLambda({ inline, loader: new URL("./fixtures/loader.mjs", import.meta.url).href });
    create(lambda, "handler", { handler: { module: "/any/where.ts", path: ["handler"] } });

    expect((await invoke(lambda, "handler")).payload).toBe("loaded /any/where.ts");
  });

  test("the context tells of the function, the request and the time left", async () => {
    const lambda = startLambda({ inline });
    const functionArn = create(lambda, "context", { timeoutSeconds: 5, memoryMb: 256 });

    const { payload } = await invoke(lambda, "context");

    expect(payload).toMatchObject({
      awsRequestId: expect.stringMatching(REQUEST_ID),
      functionName: "context",
      functionVersion: "$LATEST",
      invokedFunctionArn: functionArn,
      memoryLimitInMB: "256",
      logGroupName: "/aws/lambda/context",
    });
    expect(payload.remainingMs).toBeGreaterThan(4_000);
    expect(payload.remainingMs).toBeLessThanOrEqual(5_000);
  });

  test("what a function writes is heard with its request", async () => {
    const heard: LogOutput[] = [];
    const lambda = startLambda({ inline, onLog: (output) => heard.push(output) });
    create(lambda, "write");

    await invoke(lambda, "write", { word: "one" });

    const [{ requestId } = { requestId: "" }] = heard;
    expect(requestId).toMatch(REQUEST_ID);
    expect(heard).toEqual([
      { functionName: "write", requestId, stream: "stdout", text: "out one\n" },
      { functionName: "write", requestId, stream: "stderr", text: "err\n" },
      { functionName: "write", requestId, stream: "stdout", text: "and" },
    ]);
  });

  test("what a listener writes in turn is its own", async () => {
    const heard: string[] = [];
    const onLog = ({ text }: LogOutput) => {
      heard.push(text);
      process.stdout.write("");
    };
    const lambda = startLambda({ inline, onLog });
    create(lambda, "write");

    await invoke(lambda, "write", { word: "one" });

    expect(heard).toEqual(["out one\n", "err\n", "and"]);
  });

  test("a function that hangs is answered at its timeout", async () => {
    const lambda = startLambda({ inline });
    create(lambda, "hang", { timeoutSeconds: 1 });

    const { payload, functionError } = await invoke(lambda, "hang");

    expect(functionError).toBe("Unhandled");
    expect(payload.errorType).toBe("Sandbox.Timedout");
    expect(payload.errorMessage).toMatch(
      new RegExp(`^RequestId: ${REQUEST_ID.source} Error: Task timed out after 1.00 seconds$`),
    );
  });

  test("an abort ends the wait with its reason", async () => {
    const lambda = startLambda({ inline });
    create(lambda, "hang");
    const abort = new AbortController();

    const answer = lambda.invoke("hang", "{}", abort.signal);
    abort.abort(new Error("stopped"));

    await expect(answer).rejects.toThrow("stopped");
  });
});

describe("inline", () => {
  test("a handler starts in its own environment, whatever started while its module loaded", async () => {
    const loader = new URL("./fixtures/slow-loader.mjs", import.meta.url).href;
    const lambda = startLambda({ inline: true, loader });
    for (const name of ["first", "second"]) {
      create(lambda, "handler", {
        name,
        handler: { module: `/${name}`, path: ["handler"] },
        environment: { TOPIC_ROOT: name },
      });
    }

    const answers = await Promise.all([invoke(lambda, "first"), invoke(lambda, "second")]);

    expect(answers.map(({ payload }) => payload)).toEqual(["first", "second"]);
    delete process.env.TOPIC_ROOT;
  });
});

describe("workers", () => {
  test.each([
    ["exit", { code: 3 }, "Runtime.ExitError", /Runtime exited with error: exit status 3$/],
    ["exit", { code: 0 }, "Runtime.ExitError", /Runtime exited without providing a reason$/],
    ["hog", {}, "Runtime.ExitError", /signal: killed$/],
    ["crash", {}, "TypeError", /^in a timer$/],
    ["reject", {}, "Runtime.UnhandledPromiseRejection", /^Error: nobody caught it$/],
    ["spin", {}, "Sandbox.Timedout", /Task timed out after 1\.00 seconds$/, 1],
  ])(
    "%s %j fails alone and its worker is replaced",
    async (...[path, event, errorType, errorMessage, timeoutSeconds = 20]) => {
      const lambda = startLambda({ maxWorkers: 1 });
      create(lambda, path, { timeoutSeconds });
      create(lambda, "echo");

      const [{ payload, functionError }, next] = await Promise.all([
        invoke(lambda, path, event),
        invoke(lambda, "echo", "still here"),
      ]);

      expect(functionError).toBe("Unhandled");
      expect(payload).toMatchObject({ errorType, errorMessage: expect.stringMatching(errorMessage) });
      expect(next.payload).toBe("still here");
    },
  );

  test("a function's environment is its own, the stack's and a small base, nothing of this process", async () => {
    process.env.SFS3_SECRET = "hidden";
    const lambda = startLambda({ environment: () => ({ AWS_REGION: "us-east-1", SHARED: "stack" }) });
    create(lambda, "environment", { environment: { OWN: "yes", SHARED: "function" } });

    const { payload } = await invoke(lambda, "environment");

    const { PATH: _path, HOME: _home, LAMBDA_TASK_ROOT: _root, ...rest } = payload;
    expect(rest).toEqual({
      OWN: "yes",
      SHARED: "function",
      AWS_REGION: "us-east-1",
      TZ: "UTC",
      AWS_LAMBDA_FUNCTION_NAME: "environment",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/environment",
      AWS_LAMBDA_LOG_STREAM_NAME: "[$LATEST]local",
    });
    delete process.env.SFS3_SECRET;
  });

  test("console is heard like the streams", async () => {
    const heard: string[] = [];
    const lambda = startLambda({ onLog: ({ stream, text }) => heard.push(`${stream}: ${text}`) });
    create(lambda, "talk");

    await invoke(lambda, "talk", { word: "one" });

    expect(heard).toEqual(["stdout: out one\n", "stderr: err one\n"]);
  });

  test("functions alike in environment share a warm worker", async () => {
    const lambda = startLambda();
    create(lambda, "counter", { name: "first", environment: { A: "1", B: "2" } });
    create(lambda, "counter", { name: "second", environment: { B: "2", A: "1" } });
    create(lambda, "counter", { name: "other", environment: { A: "2" } });

    const first = await invoke(lambda, "first");
    const second = await invoke(lambda, "second");
    const other = await invoke(lambda, "other");

    expect(first.payload.count).toBe(1);
    expect(second.payload).toEqual({ count: 2, threadId: first.payload.threadId });
    expect(other.payload.count).toBe(1);
  });

  test("invocations beyond the workers wait in line, whatever their environment", async () => {
    const lambda = startLambda({ maxWorkers: 2 });
    for (const kind of ["0", "1", "2"]) create(lambda, "echo", { name: `echo-${kind}`, environment: { KIND: kind } });
    const events = Array.from({ length: 12 }, (_, index) => index);

    const answers = await Promise.all(events.map((index) => invoke(lambda, `echo-${index % 3}`, index)));

    expect(answers.map(({ payload }) => payload)).toEqual(events);
  });

  test("functions of several environments that are invoked in turn do not cost each other their warm workers", async () => {
    const lambda = startLambda({ maxWorkers: 1 });
    for (const kind of ["0", "1"]) create(lambda, "counter", { name: `counter-${kind}`, environment: { KIND: kind } });

    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => invoke(lambda, `counter-${index % 2}`)));

    const threads = new Set(answers.map(({ payload }) => payload.threadId));
    expect(threads.size).toBeLessThan(10);
  });

  test("an abort in the line leaves the others their turn", async () => {
    const lambda = startLambda({ maxWorkers: 1 });
    create(lambda, "hang", { timeoutSeconds: 1 });
    create(lambda, "echo");
    const abort = new AbortController();

    const first = invoke(lambda, "hang");
    const second = lambda.invoke("echo", '"second"', abort.signal);
    const third = invoke(lambda, "echo", "third");
    abort.abort(new Error("stopped"));

    await expect(second).rejects.toThrow("stopped");
    expect((await first).payload.errorType).toBe("Sandbox.Timedout");
    expect((await third).payload).toBe("third");
  });

  test("more run at once than there are processors where they wait for each other", async () => {
    const together = Math.max(8, 4 * availableParallelism());
    const meeting: ServerResponse[] = [];
    const server = createServer((_request, response) => {
      if (meeting.push(response) === together) for (const each of meeting) each.end("all are here");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const lambda = startLambda();
    create(lambda, "ask", { timeoutSeconds: 120 });

    const answers = await Promise.all(
      Array.from({ length: together }, () => invoke(lambda, "ask", `http://127.0.0.1:${port}/`)),
    );

    expect(new Set(answers.map(({ payload }) => payload))).toEqual(new Set(["all are here"]));
  });

  test("no more than one beyond the processors run at once where each soon comes to its end, though it waits", async () => {
    let [open, most] = [0, 0];
    const server = createServer((_request, response) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open -= 1;
        response.end("soon");
      }, 25);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const lambda = startLambda();
    create(lambda, "ask", { timeoutSeconds: 120 });

    await Promise.all(Array.from({ length: 300 }, () => invoke(lambda, "ask", `http://127.0.0.1:${port}/`)));

    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(availableParallelism() + 1);
  });

  test("a thousand invocations at once are served in turn by no more than the workers there may be", async () => {
    const lambda = startLambda({ maxWorkers: 2 });
    create(lambda, "order");
    const events = Array.from({ length: 1_000 }, (_, index) => index);
    const served = new Map<number, number[]>();

    const answers = await Promise.all(
      events.map(async (index) => {
        const { payload } = await invoke(lambda, "order", index);
        served.set(payload.threadId, [...(served.get(payload.threadId) ?? []), index]);
        return payload;
      }),
    );

    expect(answers.map(({ event }) => event)).toEqual(events);
    expect(served.size).toBe(2);
    // First come, first served: each worker takes the head of the one line.
    for (const indexes of served.values()) expect(indexes).toEqual(indexes.toSorted((a, b) => a - b));
  });

  test("what a handler's leftovers write after its answer is heard as its own", async () => {
    const { promise, resolve } = deferred<LogOutput>();
    const lambda = startLambda({ maxWorkers: 1, onLog: resolve });
    create(lambda, "lateTalk");

    await invoke(lambda, "lateTalk");

    expect(await promise).toMatchObject({ functionName: "lateTalk", text: "late\n" });
  });

  test("a handler whose leftovers crash costs its worker, not the next invocation", async () => {
    const lambda = startLambda({ maxWorkers: 1 });
    create(lambda, "lateCrash");
    create(lambda, "hang", { timeoutSeconds: 1 });

    expect(await invoke(lambda, "lateCrash")).toEqual({ payload: null, functionError: undefined });
    expect((await invoke(lambda, "hang")).functionError).toBe("Unhandled");
    expect((await invoke(lambda, "lateCrash")).payload).toBe(null);
  });

  test("close ends what runs and refuses what waits", async () => {
    const lambda = startLambda({ maxWorkers: 1 });
    create(lambda, "spin", { timeoutSeconds: 900 });
    const running = invoke(lambda, "spin");
    const waiting = invoke(lambda, "spin");

    const refused = expect(waiting).rejects.toThrow("has been closed");
    await lambda.close();

    await refused;
    expect((await running).payload.errorType).toBe("Runtime.ExitError");
    await expect(invoke(lambda, "spin")).rejects.toThrow("has been closed");
  });
});

describe("functions", () => {
  test("are found by name, partial ARN and ARN", () => {
    const lambda = startLambda();
    const functionArn = create(lambda, "echo");

    expect(functionArn).toBe("arn:aws:lambda:us-east-1:123456789012:function:echo");
    for (const reference of ["echo", "123456789012:function:echo", functionArn, `${functionArn}:$LATEST`]) {
      expect(lambda.getFunction(reference).name).toBe("echo");
    }
  });

  test.each([
    ["nobody", "ResourceNotFoundException"],
    ["arn:aws:lambda:eu-west-1:123456789012:function:echo", "ResourceNotFoundException"],
    ["echo:prod", "ResourceNotFoundException"],
    ["no such name", "ValidationException"],
  ])("%s is refused with %s", async (reference, name) => {
    const lambda = startLambda();
    create(lambda, "echo");

    await expect(lambda.invoke(reference, "{}")).rejects.toMatchObject({ name });
  });

  test("a misdefined function is refused with every problem", () => {
    const lambda = startLambda();
    const options = { name: "a b", handler: { module: "./here.mjs", path: [] }, timeoutSeconds: 0, memoryMb: 64 };

    expect(() => lambda.createFunction(options)).toThrow(
      /name must match.*module ".\/here.mjs" must be an absolute path.*export.*1 to 900.*128 to 10240/,
    );
  });

  test("a name is taken until its function is deleted", () => {
    const lambda = startLambda();
    create(lambda, "echo");

    expect(() => create(lambda, "echo")).toThrow("Function already exist: echo");
    lambda.deleteFunction("echo");
    expect(create(lambda, "echo")).toContain("echo");
  });

  test("an event that is not JSON, or too large, is refused", async () => {
    const lambda = startLambda();
    create(lambda, "echo");

    await expect(lambda.invoke("echo", "{")).rejects.toMatchObject({ name: "InvalidRequestContentException" });
    await expect(lambda.invoke("echo", `"${"x".repeat(6_291_556)}"`)).rejects.toMatchObject({
      name: "RequestTooLargeException",
    });
  });
});
