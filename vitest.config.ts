import { defineConfig } from "vitest/config";

/**
 * What is tested here keeps nothing in its process: no environment, clock, memory to be measured, or state of a module.
 * So these files share a worker with the modules that it has loaded, which is most of what a small file costs. Any other
 * file has a process of its own.
 */
const SHARED = [
  "packages/cdk/src/**/*.test.ts",
  "packages/cli/src/{check,cost,definition,flow-source,graph,lock,new-step,sample,scaffold,serverless}/**/*.test.ts",
  "packages/local/src/asl/**/*.test.ts",
  "packages/local/src/s3/{*,operations/*,server/*}.test.ts",
  "packages/local/src/stepfunctions/{api,machines,mocks,resources,tasks,test-state}/**/*.test.ts",
  "packages/sdk/src/{blobs,flow,metrics,notify,sidecar}/**/*.test.ts",
  "packages/templates/src/**/*.test.ts",
];

const PROOFS = ["packages/*/src/**/*.proof.test.ts", "examples/*/test/**/*.proof.test.ts"];

// Type tests (*.test-d.ts, their @ts-expect-error lines included) are judged by tsc -p tsconfig.test.json, which npm test
// runs first; vitest's typecheck would run the same compiler over the same files once more.
export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: "shared", include: SHARED, exclude: ["**/*.proof.test.ts"], isolate: false } },
      {
        extends: true,
        test: {
          name: "alone",
          include: [
            "packages/*/src/**/*.test.ts",
            "examples/*/src/**/*.test.ts",
            "examples/*/test/**/*.test.ts",
            "scripts/**/*.test.ts",
            "bench/**/*.test.mjs",
            "reliability/**/*.test.mjs",
          ],
          exclude: ["**/node_modules/**", ...SHARED, ...PROOFS],
        },
      },
      // What takes long and rarely finds what no other test does: npm run verify has it.
      { extends: true, test: { name: "proofs", include: PROOFS } },
    ],
    // A package that another one imports is built: Node loads it as it is, which users' Node does too.
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
    // A test that hangs, not a machine that is busy: two hundred steps compile in 5 s alone, in 40 s beside three others.
    testTimeout: 180_000,
    // The AWS clients' warning about Node 20 would stand in the output of every test that makes one.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    // Two cores: forks beyond them only fight for the processor.
    maxWorkers: 2,
  },
});
