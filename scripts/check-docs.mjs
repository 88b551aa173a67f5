import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ROOT, setUp, statusOf, tool } from "./setup.mjs";

/**
 * Documentation is tested: links lead somewhere, each line of a `sh` block is run from the root, each `ts` block is
 * compiled. A block is
 * left out where the line above it says why: `<!-- not run: ... -->`. A `ts` block whose first line is `// <path>` is
 * compiled under that name, so that a later block of the same document can import it.
 */
const DOCUMENTS = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "examples/process-a/README.md",
  ...markdownBelow("docs"),
  ...packageReadmes(),
];

const SNIPPETS = join(ROOT, "examples", "process-a", ".snippets");

setUp();
const dead = DOCUMENTS.flatMap(deadLinks);
if (dead.length > 0) {
  console.error(`check-docs: these links lead nowhere:\n${dead.join("\n")}`);
  process.exit(1);
}
const blocks = DOCUMENTS.flatMap(blocksOf);
const compiled = compileSnippets(blocks.filter(({ language }) => language === "ts"));
if (compiled !== 0) process.exit(compiled);
for (const block of blocks.filter(({ language }) => language === "sh")) runCommands(block);
console.log(`check-docs: ${blocks.length} blocks in ${DOCUMENTS.length} documents`);

function markdownBelow(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join(folder, path));
}

function packageReadmes() {
  return readdirSync(join(ROOT, "packages")).map((name) => join("packages", name, "README.md"));
}

function deadLinks(document) {
  const prose = readFileSync(join(ROOT, document), "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");
  return [...prose.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
    .map(([, target]) => target)
    .filter((target) => !existsSync(join(ROOT, dirname(document), target)))
    .map((target) => `${document}: ${target}`);
}

function blocksOf(document) {
  const text = readFileSync(join(ROOT, document), "utf8");
  const fences = text.matchAll(/(<!-- not run: .+ -->\n)?^```(\w+)\n([\s\S]*?)^```/gm);
  return [...fences]
    .filter(([, notRun]) => notRun === undefined)
    .map(([, , language, code], index) => ({ document, language, code, index }));
}

function compileSnippets(snippets) {
  rmSync(SNIPPETS, { recursive: true, force: true });
  try {
    for (const { document, code, index } of snippets) {
      const name = /^\/\/ (\S+\.ts)\n/.exec(code)?.[1] ?? `snippet-${index}.ts`;
      const path = join(SNIPPETS, document.replaceAll(/[^\w]/g, "-"), name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, code);
    }
    const options = {
      extends: "../../../tsconfig.test.json",
      compilerOptions: { noUnusedLocals: false },
      include: ["**/*.ts"],
    };
    writeFileSync(join(SNIPPETS, "tsconfig.json"), JSON.stringify(options));
    return statusOf(...tool("typescript:tsc", "-p", relative(ROOT, SNIPPETS)));
  } finally {
    rmSync(SNIPPETS, { recursive: true, force: true });
  }
}

function runCommands({ document, code }) {
  for (const command of code
    .trim()
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))) {
    console.log(`${document}: ${command}`);
    const { status, stdout, stderr } = spawnSync("sh", ["-c", command], { cwd: ROOT, encoding: "utf8" });
    if (status === 0) continue;
    console.error(`${document}: this command ended with ${status}:\n${command}\n${stdout}${stderr}`);
    process.exit(1);
  }
}
