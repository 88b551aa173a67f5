import { fileURLToPath } from "node:url";
import { blob, defineStep } from "@sfs3/sdk";
import { flow } from "@sfs3/sdk/flow";
import { Match, Template } from "aws-cdk-lib/assertions";
import { expect, test } from "vitest";
import * as z from "zod";
import { decisions, logicalId } from "./fixtures/policies/roles.js";
import { newStack, ordersIn } from "./fixtures/synthesized.js";

const Scan = z.object({ pages: z.array(blob()) });
const scan = defineStep(z.object({}), Scan, () => ({ pages: [] }), { name: "scan" });
const see = defineStep(z.object({ "scan-output": Scan }), z.object({}), () => ({}), { name: "see" });
const scans = flow("Scans", { input: z.object({}), topicRoot: "scans" })
  .step(scan)
  .step(see);

/** Nothing is bundled here: any module does. */
const entry = () => fileURLToPath(new URL("./fixtures/orders/steps/reserve.ts", import.meta.url));

const synthesize = (transactionPrefix = "") => {
  const stack = newStack();
  const process = ordersIn(stack, { flow: scans, entry, api: false, transactionPrefix });
  return { process, template: Template.fromStack(stack), objects: `arn:aws:s3:::${logicalId(process.bucket)}` };
};

test("a step that writes blobs may mark them and give up their parts; no other object, and no other step", () => {
  const { process, template, objects } = synthesize("scans-");
  const [writer, reader] = ["scan", "see"].map((step) => decisions(template, process.functionOf(step).role));
  const may = (decide: typeof writer, action: string, key: string) =>
    decide?.({ action, resource: `${objects}/${key}` }) === "allowed";
  const own = "scans-0x1/blobs/scan/58fe985b-6700-4000-8000-000000000000";

  for (const action of ["s3:PutObjectTagging", "s3:AbortMultipartUpload"]) {
    expect(may(writer, action, own)).toBe(true);
    expect(may(writer, action, own.replace("scans-", "others-"))).toBe(false);
    expect(may(writer, action, "scans-0x1")).toBe(false);
    expect(may(writer, action, `uploads/${own}`)).toBe(false);
    expect(may(reader, action, own)).toBe(false);
  }
  expect([may(writer, "s3:PutObject", own), may(reader, "s3:GetObject", own)]).toEqual([true, true]);
  expect(may(writer, "s3:DeleteObject", own)).toBe(false);
});

test("a blob that was never committed goes after a day, by its tag; parts that nobody completed go too", () => {
  const { template } = synthesize();

  template.hasResourceProperties("AWS::S3::Bucket", {
    LifecycleConfiguration: {
      Rules: Match.arrayWith([
        Match.objectLike({ Id: "sidecars", AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
        {
          Id: "uncommitted-blobs",
          Status: "Enabled",
          TagFilters: [{ Key: "sfs3", Value: "uncommitted" }],
          ExpirationInDays: 1,
          NoncurrentVersionExpiration: { NoncurrentDays: 1 },
        },
      ]),
    },
  });
});
