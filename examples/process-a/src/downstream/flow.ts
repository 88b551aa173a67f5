import { flow } from "@sfs3/sdk/flow";
import { ProcessInput } from "../input.js";
import { downstreamA } from "./downstream-a.js";
import { downstreamB } from "./downstream-b.js";
import { downstreamC } from "./downstream-c.js";

export const downstream = flow("Downstream", { input: ProcessInput, topicRoot: "downstream" })
  .step(downstreamA)
  .step(downstreamB)
  .step(downstreamC);
