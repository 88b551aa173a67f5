import { StateFailure } from "../errors.js";
import type { Json } from "../json.js";
import type { ObjectLocation, ObjectPort } from "../object-port.js";
import type { MapRunNames } from "./arns.js";
import type { MapRun } from "./map-run.js";
import { type OutputType, openResultFile, type ResultFile } from "./result-file.js";
import { pendingRecord, resultsOf, type Transformation } from "./result-record.js";
import type { Results } from "./results.js";

interface WrittenResults {
  readonly bucket: string;
  readonly prefix: string;
  readonly transformation: Transformation;
  readonly outputType: OutputType;
  readonly run: MapRun;
  readonly names: MapRunNames;
}

const FILES = ["FAILED", "PENDING", "SUCCEEDED"] as const;

type FileName = (typeof FILES)[number];

/**
 * Results that go to S3, one file for each way to end and a manifest. A redrive writes beside the first run, under
 * `Redrive-<n>/`.
 */
export function writtenResults(objects: ObjectPort, written: WrittenResults): Results {
  const { bucket, transformation, outputType, run } = written;
  const at = (name: string): ObjectLocation => ({ bucket, key: `${folderOf(written)}/${name}` });
  const open = new Map<FileName, ResultFile>();

  const file = (name: FileName): ResultFile => {
    const opened = open.get(name) ?? openResultFile(objects, at(`${name}_0.json`), outputType);
    open.set(name, opened);
    return opened;
  };
  const append = (name: FileName, results: readonly Json[]) => writing(bucket, () => file(name).append(results));
  const listed = async (name: FileName) => {
    const opened = open.get(name);
    return [name, opened === undefined ? [] : [await opened.close()]] as const;
  };

  return {
    ended: async (child, index) => {
      const isSuccess = child.outcome.status === "SUCCEEDED";
      await append(isSuccess ? "SUCCEEDED" : "FAILED", resultsOf(child, transformation));
      // That it has succeeded is all that a redrive needs to know.
      if (isSuccess) run.succeeded.set(index, undefined);
    },
    pending: (input) => append("PENDING", [pendingRecord(input)]),
    finish: () =>
      writing(bucket, async () => {
        const resultFiles = Object.fromEntries(await Promise.all(FILES.map(listed)));
        const { mapRunArn: MapRunArn } = run;
        const manifest = { DestinationBucket: bucket, MapRunArn, ResultFiles: resultFiles };
        const { key: Key } = at("manifest.json");
        await objects.write(at("manifest.json"), bytesOf(JSON.stringify(manifest)));
        return { MapRunArn, ResultWriterDetails: { Bucket: bucket, Key } };
      }),
  };
}

function folderOf({ prefix, names, run }: WrittenResults): string {
  const folder = prefix === "" ? names.id : `${prefix}/${names.id}`;
  return run.redriveCount === 0 ? folder : `${folder}/Redrive-${run.redriveCount}`;
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function writing<T>(bucket: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (thrown) {
    const problem = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    throw new StateFailure("States.ResultWriterFailed", `Unable to write the results to S3://${bucket}. ${problem}`);
  }
}
