import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve, win32 } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hostileText, replaying } from "../../../fuzz/hostile.js";
import names from "./fixtures/corpus/names.json" with { type: "json" };
import { renderTemplate, stepView, TemplateError, type TemplateFile } from "./index.js";
import type { View } from "./view.js";

let overrides: string;

beforeEach(() => {
  overrides = join(mkdtempSync(join(tmpdir(), "sfs3-templates-")), "own");
  mkdirSync(overrides);
});

afterEach(() => rmSync(dirname(overrides), { recursive: true, force: true }));

const own = (path: string, text: string) => {
  mkdirSync(dirname(join(overrides, path)), { recursive: true });
  writeFileSync(join(overrides, path), text);
};

const contentOf = (text: string, view: View = {}): string | undefined => {
  own("thing/file.mustache", text);
  return renderTemplate("thing", view, { overrides })[0]?.content;
};

describe("files", () => {
  test("of a step are its source and its test, in the order of their names", () => {
    const files = renderTemplate("step", stepView({ name: "charge", reads: [] }));

    expect(files.map(({ path }) => path)).toEqual(["charge.test.ts", "charge.ts"]);
    expect(files[1]?.content).toMatch(/^import \{ defineStep \}/);
  });

  test("lie where their templates lie, under names that are templates too", () => {
    own("thing/{{folder}}/{{name}}.ts.mustache", "{{name}}");
    own("thing/deep/er/fixed.txt.mustache", "fixed");

    const files = renderTemplate("thing", { folder: "src", name: "a" }, { overrides });

    expect(files).toEqual([
      { path: "deep/er/fixed.txt", content: "fixed" },
      { path: "src/a.ts", content: "a" },
    ]);
  });

  test("of one's own take the place of built-in ones of the same name, or come on top", () => {
    own("step/{{name}}.test.ts.mustache", "mine");
    own("step/{{name}}.md.mustache", "# {{name}}");

    const files = renderTemplate("step", stepView({ name: "charge", reads: [] }), { overrides });

    expect(files.map(({ path }) => path).sort()).toEqual(["charge.md", "charge.test.ts", "charge.ts"]);
    expect(files.find(({ path }) => path === "charge.test.ts")?.content).toBe("mine");
    expect(files.find(({ path }) => path === "charge.md")?.content).toBe("# charge");
  });

  test("of a thing that there is not are refused", () => {
    expect(() => renderTemplate("unicorn", {}, { overrides })).toThrow(
      /no template 'unicorn' in .+ or .+sfs3-templates/,
    );
    expect(() => renderTemplate("unicorn", {})).toThrow(TemplateError);
  });

  test("without the suffix are refused: a template that is not used would go unnoticed", () => {
    own("step/{{name}}.ts", "mine");

    expect(() => renderTemplate("step", stepView({ name: "a", reads: [] }), { overrides })).toThrow(
      "{{name}}.ts is no template: add .mustache to its name.",
    );
  });

  test("that would end at the same path are refused", () => {
    own("thing/{{a}}.mustache", "");
    own("thing/{{b}}.mustache", "");

    expect(() => renderTemplate("thing", { a: "same", b: "same" }, { overrides })).toThrow("same path 'same'");
  });

  const ESCAPES = ["../x", "a/../../x", "/etc/x", "a//x", "./x", "..", ".", "", "a\\..\\x", "C:x", "a\0b", "a/"];

  test.each(ESCAPES)("at the path %j are refused", (name) => {
    own("thing/{{name}}.mustache", "");

    expect(() => renderTemplate("thing", { name }, { overrides })).toThrow("which is not one inside its folder");
  });
});

describe("names of any kind", () => {
  const near = fc.tuple(fc.nat(3), hostileText).map(([at, text]) => ["..", "a", text, "..", "b"].slice(at).join("/"));

  test("give a path inside, or are refused", () => {
    own("thing/x/{{name}}.mustache", "");
    fc.assert(
      fc.property(fc.oneof(hostileText, near), (name) => {
        const path = pathOf(() => renderTemplate("thing", { name }, { overrides }));

        if (path === undefined) return;
        expect(resolve("/base", path).startsWith("/base/x/")).toBe(true);
        expect(win32.resolve("C:\\base", path).startsWith("C:\\base\\x\\")).toBe(true);
      }),
      replaying(names, 300),
    );
  });

  test("name no thing but a folder of templates", () => {
    own("../outside/file.mustache", "secret");
    fc.assert(
      fc.property(fc.oneof(hostileText, near), (thing) => {
        expect(pathOf(() => renderTemplate(thing, {}, { overrides }))).toBeUndefined();
      }),
      replaying(["../outside", "step/../../outside", ".", "", ...names], 200),
    );
  });

  const pathOf = (render: () => readonly TemplateFile[]): string | undefined => {
    try {
      return render()[0]?.path ?? "";
    } catch (error) {
      if (error instanceof TemplateError) return undefined;
      throw error;
    }
  };
});

describe("text", () => {
  test("is rendered as it stands, without HTML's escaping", () => {
    const hostile = `<a href="x">'&\`</a>`;

    expect(contentOf("{{value}}{{&value}}{{{value}}}", { value: hostile })).toBe(hostile.repeat(3));
  });

  test("is put in once: a value that looks like a template stays what it is", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(contentOf("<{{value}}>", { value })).toBe(`<${value}>`);
        expect(contentOf("<{{value}}>", { value: `{{value}}${value}{{/x}}` })).toBe(`<{{value}}${value}{{/x}}>`);
      }),
    );
  });

  test("is repeated for each view of a list, in which outer values are seen", () => {
    const view = { outer: "o", items: [{ inner: "1" }, { inner: "2", outer: "p" }] };

    expect(contentOf("{{#items}}{{inner}}{{outer}} {{/items}}{{^items}}none{{/items}}", view)).toBe("1o 2p ");
    expect(contentOf("{{#items}}{{inner}}{{/items}}{{^items}}none{{/items}}", { items: [] })).toBe("none");
    expect(contentOf("{{#flag}}yes{{/flag}}{{^flag}}no{{/flag}}", { flag: true })).toBe("yes");
  });

  test.each(["{{absent}}", "{{#absent}}x{{/absent}}", "{{^absent}}x{{/absent}}", "{{&absent}}"])(
    "%s is an error where the view lacks it",
    (text) => {
      expect(() => contentOf(text, { name: "a" })).toThrow(/file\.mustache asks for 'absent'.+ It has name\./);
    },
  );

  test.each(["constructor", "toString", "__proto__", "hasOwnProperty", "name.length", "."])(
    "{{%s}} is not found in what every object has",
    (name) => {
      expect(() => contentOf(`{{${name}}}`, { name: "a" })).toThrow(`asks for '${name}'`);
    },
  );

  test.each([
    ["{{#open}}", "is not a mustache template: Unclosed section"],
    ["{{> partial}}", "there are no partials"],
  ])("%s is refused with the template's name", (text, message) => {
    expect(() => contentOf(text, { open: true })).toThrow(new RegExp(`file\\.mustache.*${message}`));
  });
});
