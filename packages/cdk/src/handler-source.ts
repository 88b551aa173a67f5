import { dirname } from "node:path";
import type { HandlerSource } from "./bundle.js";

const text = (value: unknown): string => JSON.stringify(value);

/** A function that runs a step: whichever export of the module is the step of that name. */
export const stepSource = (step: string, module: string): HandlerSource => ({
  label: `Step '${step}' (${module})`,
  folder: dirname(module),
  code: `import * as exported from ${text(module)};
const isStep = (value) => typeof value === "function" && value.options?.name === ${text(step)} && "schemaIn" in value;
export const handler = Object.values(exported).find(isStep);
if (handler === undefined) throw new Error(${text(`${module} exports no step '${step}'.`)});
`,
});

/** A handler of the project's own. */
export const ownSource = (module: string): HandlerSource => ({
  label: module,
  folder: dirname(module),
  code: `export { handler } from ${text(module)};\n`,
});

/** What a browser is answered, as an option of each handler. */
export interface HttpSource {
  readonly folder: string;
  readonly corsOrigins: readonly string[];
}

const corsOf = ({ corsOrigins }: HttpSource): object =>
  corsOrigins.length === 0 ? {} : { cors: { origins: corsOrigins } };

/** Starts the flow: whichever export of the module is the flow of that name. */
export const startSource = (
  source: HttpSource & { readonly flow: string; readonly module: string; readonly uploads: boolean },
): HandlerSource => ({
  label: `The start API of ${source.flow} (${source.module})`,
  folder: dirname(source.module),
  code: `import { callsForItself, createStartHandler } from "@sfs3/sdk/api";
import { isFlow } from "@sfs3/sdk/flow";
import * as exported from ${text(source.module)};
const flow = Object.values(exported).find((value) => isFlow(value) && value.name === ${text(source.flow)});
if (flow === undefined) throw new Error(${text(`${source.module} exports no flow '${source.flow}'.`)});
const settings = ${text({ ...corsOf(source), ...(source.uploads ? {} : { uploads: false }) })};
export const handler = createStartHandler({ ...settings, flow, authorize: callsForItself });
`,
});

export const stateSource = (source: HttpSource): HandlerSource => ({
  label: "The state API",
  folder: source.folder,
  code: `import { callsForItself, createStateHandler } from "@sfs3/sdk/api";
export const handler = createStateHandler({ ...${text(corsOf(source))}, authorize: callsForItself });
`,
});

export const iotKeysSource = (source: HttpSource): HandlerSource => ({
  label: "The API of credentials for MQTT",
  folder: source.folder,
  code: `import { callerSubtopics, createIotAuthHandler } from "@sfs3/sdk/api";
export const handler = createIotAuthHandler({ ...${text(corsOf(source))}, subtopics: callerSubtopics });
`,
});

export const notifierSource = (folder: string): HandlerSource => ({
  label: "The status notifier",
  folder,
  code: `import { createStatusNotifier } from "@sfs3/sdk/api";
export const handler = createStatusNotifier();
`,
});
