import { IoTDataPlaneClient, PublishCommand, type PublishCommandInput } from "@aws-sdk/client-iot-data-plane";
import { SFNClient, StartExecutionCommand, type StartExecutionCommandInput } from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import type { BlobReference } from "../blobs/reference.js";
import { Sfs3Error } from "../errors.js";
import { isObject } from "../json-object.js";
import { type Layout, layoutOfKey, sidecarKey, txnIdOfKey } from "../sidecar/layout.js";
import { joinParts } from "../sidecar/parts/join-parts.js";
import { readJournal } from "../sidecar/parts/part-journal.js";
import { INPUT_NAME } from "../sidecar/parts/part-name.js";
import { memoryBlobs, type TestBlob } from "./memory-blobs.js";
import { createMemoryS3, type Fault, type Operation, type Request } from "./memory-s3.js";

const SETTINGS = { region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };

/** What a step published. */
export interface Message {
  readonly topic: string;
  /** As text: `SUCCEEDED`, `FAILED`, or the JSON of a progress message. */
  readonly payload: string;
}

/** What a step started by `startExecution`. */
export interface StartedExecution {
  readonly stateMachineArn: string;
  readonly name: string;
  /** Parsed. */
  readonly input: unknown;
}

/** Options of {@link createTestStack}. */
export interface TestStackOptions {
  /** How sidecars lie in S3. Default: `document`. */
  readonly layout?: Layout;
}

/** S3, IoT and Step Functions in memory, shared by the steps that run on it. */
export interface TestStack {
  /** For a mock of your own: `mockClient(stack.clients.iot)`. */
  readonly clients: {
    readonly s3: ReturnType<typeof createMemoryS3>["client"];
    readonly iot: IoTDataPlaneClient;
    readonly sfn: SFNClient;
  };
  /** How sidecars lie in S3, those of transactions whose key ends in `/` always in parts. */
  readonly layout: Layout;
  /** In the order of their arrival, as are executions, requests and puts. */
  readonly messages: readonly Message[];
  readonly executions: readonly StartedExecution[];
  /** Each request to S3, whatever came of it. */
  readonly requests: readonly Request[];
  /** The writes that S3 accepted, as they were sent. */
  readonly puts: ReturnType<typeof createMemoryS3>["puts"];
  /** Puts a sidecar, in the parts layout its input: a value is written as JSON, text and bytes as they are. */
  write(txnId: string, sidecar: unknown): void;
  /** Takes a sidecar away, with all its parts. */
  remove(txnId: string): void;
  /** The sidecar's bytes as text, put together where it lies in parts; `undefined` where there is none. */
  text(txnId: string): string | undefined;
  /** The sidecar, parsed; empty where there is none or it is not a JSON object. */
  document(txnId: string): Record<string, unknown>;
  /**
   * Puts a blob beside a sidecar, as an earlier step would have left it.
   *
   * @returns the reference, for the sidecar
   */
  writeBlob(txnId: string, bytes: Uint8Array | string, options?: { readonly contentType?: string }): BlobReference;
  /** The blobs of a transaction, in the order in which they came. */
  blobs(txnId: string): readonly TestBlob[];
  /** Uploads in parts that have begun and not ended. */
  readonly openUploads: number;
  /** Makes S3 answer the next calls of an operation with failures, in order. */
  fail(operation: Operation, ...faults: readonly Fault[]): void;
  /** Makes every publish fail. */
  failPublish(): void;
}

/**
 * Makes S3, IoT and Step Functions in memory, for tests in which several steps meet, or S3 fails.
 *
 * S3 judges conditional writes as S3 does; its ETags are opaque. Step Functions starts an execution of one name once.
 *
 * @example
 * ```ts
 * import { createTestStack, testStep } from "@sfs3/sdk/testing";
 * import { expect, test } from "vitest";
 * import { charge } from "./charge.js";
 * import { ship } from "./ship.js";
 *
 * test("shipping finds what charging wrote, although S3 throttled it", async () => {
 *   const stack = createTestStack();
 *   stack.fail("PutObject", { status: 503 });
 *
 *   await testStep(charge, { stack, sidecar: { orderId: "17" } });
 *   const { error } = await testStep(ship, { stack });
 *
 *   expect(error).toBeUndefined();
 * });
 * ```
 */
export const createTestStack = ({ layout = "document" }: TestStackOptions = {}): TestStack => {
  const s3 = createMemoryS3();
  const sidecars = createSidecars(s3, layout);
  const messages: Message[] = [];
  const executions: StartedExecution[] = [];
  const iot = new IoTDataPlaneClient(SETTINGS);
  const iotMock = mockClient(iot);
  iotMock.on(PublishCommand).callsFake(({ topic = "", payload }: PublishCommandInput) => {
    messages.push({ topic, payload: Buffer.from((payload ?? "") as Uint8Array | string).toString("utf8") });
    return {};
  });
  const sfn = new SFNClient(SETTINGS);
  mockClient(sfn).on(StartExecutionCommand).callsFake(startOnce(executions));
  return {
    layout,
    clients: { s3: s3.client, iot, sfn },
    messages,
    executions,
    requests: s3.requests,
    puts: s3.puts,
    ...sidecars,
    document: (txnId) => parseObject(sidecars.text(txnId)),
    ...memoryBlobs(s3),
    get openUploads() {
      return s3.uploads.size;
    },
    fail: (operation, ...faults) => void s3.faults[operation].push(...faults),
    failPublish: () => void iotMock.on(PublishCommand).rejects(new Error("IoT is away")),
  };
};

/** A transaction is named by its id, or by its sidecar's key. */
const createSidecars = (s3: ReturnType<typeof createMemoryS3>, layout: Layout) => {
  const keyOf = (txnId: string) => (layoutOfKey(txnId) === "parts" ? txnId : sidecarKey(txnId, layout));
  const keysOf = (key: string) =>
    [...s3.objects.keys()].filter((stored) => (layoutOfKey(key) === "parts" ? stored.startsWith(key) : stored === key));
  const partOf = (key: string, stored: string) => {
    const { bytes = Buffer.alloc(0), metadata } = s3.objects.get(stored) ?? {};
    const journal = readJournal(metadata);
    return { name: stored.slice(key.length), bytes, journal: journal === "malformed" ? undefined : journal };
  };
  return {
    write: (txnId: string, sidecar: unknown) => {
      const key = keyOf(txnId);
      s3.store(layoutOfKey(key) === "parts" ? `${key}${INPUT_NAME}` : key, bytesOf(sidecar));
    },
    remove: (txnId: string) => {
      for (const stored of keysOf(keyOf(txnId))) s3.objects.delete(stored);
    },
    text: (txnId: string) => {
      const key = keyOf(txnId);
      const parts = keysOf(key).map((stored) => partOf(key, stored));
      if (parts.length === 0) return undefined;
      if (layoutOfKey(key) === "document") return parts[0]?.bytes.toString("utf8");
      try {
        return joinParts(parts, txnIdOfKey(key)).toString("utf8");
      } catch (error) {
        // A test may well put a corrupt sidecar there; what it has put shows it.
        if (!(error instanceof Sfs3Error)) throw error;
        return parts.find(({ name }) => name === INPUT_NAME)?.bytes.toString("utf8");
      }
    },
  };
};

const startOnce = (executions: StartedExecution[]) => (start: StartExecutionCommandInput) => {
  const { stateMachineArn = "", name = "", input = "{}" } = start;
  if (executions.some((known) => known.name === name && known.stateMachineArn === stateMachineArn)) {
    throw Object.assign(new Error(`Execution Already Exists: '${name}'`), { name: "ExecutionAlreadyExists" });
  }
  executions.push({ stateMachineArn, name, input: JSON.parse(input) });
  return { executionArn: `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}` };
};

const bytesOf = (sidecar: unknown): Buffer => {
  if (typeof sidecar === "string") return Buffer.from(sidecar, "utf8");
  return sidecar instanceof Uint8Array ? Buffer.from(sidecar) : Buffer.from(JSON.stringify(sidecar), "utf8");
};

const parseObject = (text = "{}"): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    // A test may well put a corrupt sidecar there; `text` shows it.
    return {};
  }
};
