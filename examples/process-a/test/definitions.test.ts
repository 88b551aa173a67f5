import { fileURLToPath } from "node:url";
import { type Io, main } from "@sfs3/cli";
import { expect, test } from "vitest";

test("the definitions in asl/ are what gen-asl writes, and valid", async () => {
  let told = "";
  const stderr = { write: (text: string) => (told += text) };
  const io: Io = {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: {},
    stdin: (async function* () {})(),
    stdout: stderr,
    stderr,
    signal: new AbortController().signal,
  };

  const exitCode = await main(["gen-asl", "src/flow.ts", "--all", "--out", "asl", "--check", "--validate"], io);

  expect({ exitCode, told }).toEqual({
    exitCode: 0,
    told:
      "ProcessA: valid for asl-validator and amazon-states-language-service\n" +
      "Downstream: valid for asl-validator and amazon-states-language-service\n",
  });
});
