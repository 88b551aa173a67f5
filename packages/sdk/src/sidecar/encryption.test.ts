import { describe, expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { defineStep } from "../define-step.js";
import type { StepOptions } from "../step.js";
import { testStep } from "../testing/index.js";
import { LAYOUTS } from "./layout.js";

describe.each(LAYOUTS)("in the %s layout", (layout) => {
  const KEY = "arn:aws:kms:us-east-1:123456789012:key/1";

  const written = async (sse?: StepOptions["sse"]) => {
    const step = defineStep(z.object({}), z.object({}), () => ({}), {
      name: "note",
      ...(sse !== undefined && { sse }),
    });
    const { ServerSideEncryption, SSEKMSKeyId } = (await testStep(step, { layout, sidecar: {} })).puts[0] ?? {};
    return [ServerSideEncryption, SSEKMSKeyId];
  };

  test("a deployment's key encrypts what the step itself says nothing about", async () => {
    vi.stubEnv("SFS3_KMS_KEY_ID", KEY);
    onTestFinished(() => void vi.unstubAllEnvs());

    expect(await written()).toEqual(["aws:kms", KEY]);
    expect(await written("AES256")).toEqual(["AES256", undefined]);
    expect(await written({ algorithm: "aws:kms", keyId: "alias/own" })).toEqual(["aws:kms", "alias/own"]);
  });

  test("without a key S3's own encrypt", async () => {
    vi.stubEnv("SFS3_KMS_KEY_ID", "");
    onTestFinished(() => void vi.unstubAllEnvs());

    expect(await written()).toEqual(["AES256", undefined]);
  });
});
