import { defineConfig } from "vitest/config";

// Type tests (*.test-d.ts, their @ts-expect-error lines included) are judged by tsc -p tsconfig.test.json, which npm test
// runs first; vitest's typecheck would run the same compiler over the same files once more.
export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "examples/*/src/**/*.test.ts",
      "examples/*/test/**/*.test.ts",
      "scripts/**/*.test.ts",
      "bench/**/*.test.mjs",
      "reliability/**/*.test.mjs",
    ],
    // A test that hangs, not a machine that is busy: two hundred steps compile in 5 s alone, in 40 s beside three others.
    testTimeout: 180_000,
    // The AWS clients' warning about Node 20 would stand in the output of every test that makes one.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    // Two cores: forks beyond them only fight for the processor.
    maxWorkers: 2,
  },
});
