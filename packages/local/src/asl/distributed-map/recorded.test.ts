import { describe, expect, test } from "vitest";
import { CASES_FOLDER, casesAvailable, loadReaderCases, runCase } from "../../../conformance/harness.mjs";
import { memoryObjects } from "../fixtures/memory-objects.js";
import * as engine from "../index.js";

const ROWS = "Value1,Value2,Value3\nValue4,Value5,Value6\n,,,\ntrue,1,'HelloWorld'\nNull,None,\n   \n";
const PAIRS = "Col1,Col2\nValue1,Value2\nValue3,Value4\nValue5,Value6\nValue7,Value8\n";
const STATEMENTS = [
  { verdict: "true", statement_date: "6/11/2008", statement_source: "speech" },
  { verdict: "false", statement_date: "6/7/2022", statement_source: "television" },
  { verdict: "mostly-true", statement_date: "5/18/2016", statement_source: "news" },
];

// The recordings hold no objects. These are made up from what the items were.
const OBJECTS: Readonly<Record<string, string>> = {
  "test_map_item_reader_base_csv_headers_first_line#0": `Col1,Col2,Col3\n${ROWS}`,
  "test_map_item_reader_csv_max_items[2]#0": PAIRS,
  "test_map_item_reader_csv_max_items_paths[0]#0": PAIRS,
  "test_map_item_reader_csv_max_items_paths[2]#0": PAIRS,
  "test_map_item_reader_csv_max_items_paths[100000000]#0": PAIRS,
  "test_map_item_reader_csv_max_items_paths[100000001]#0": PAIRS,
  "test_map_item_reader_base_json_max_items_jsonata#0": JSON.stringify(STATEMENTS),
  "test_map_item_reader_base_csv_headers_decl#0": ROWS,
  "test_map_item_reader_csv_headers_decl_duplicate_headers#0": ROWS,
  "test_map_item_reader_csv_headers_decl_extra_fields#0": ROWS,
  "test_map_item_reader_csv_first_row_extra_fields#0": ROWS.replace(/^.*\n/, "H1,\n"),
  "test_map_item_reader_base_json_with_items_path[INVALID_ITEMS_PATH]#0": '[["from-bucket-item-0"]]',
  // Recorded before AWS took an object's entries for items; a text is no dataset to this day.
  "test_map_item_reader_json_no_json_list_object#0": '"Hello world"',
};

const nameOf = (id: string) => id.slice(id.lastIndexOf("::") + 2);

describe("distributed Maps over objects, recorded on AWS", () => {
  test("end as they did on AWS", async ({ skip }) => {
    skip(!casesAvailable(), `no recorded executions in ${CASES_FOLDER}; CONTRIBUTING.md says where they may lie`);
    const cases = loadReaderCases();
    const objectsOf = (id: string) => {
      const body = OBJECTS[nameOf(id)] ?? "";
      return memoryObjects({ "s3_create_bucket()/file.csv": body, "s3_create_bucket()/file.json": body });
    };

    const results = await Promise.all(cases.map((recorded) => runCase(engine, recorded, objectsOf(recorded.id))));

    expect(cases.map(({ id }) => nameOf(id)).sort()).toEqual(Object.keys(OBJECTS).sort());
    expect(results.filter(({ pass }) => !pass)).toEqual([]);
  });
});
