import { Sfs3Process } from "@sfs3/cdk";
import { App, Stack } from "aws-cdk-lib";
import { downstream, processA } from "../src/flow.js";

const stack = new Stack(new App(), "ProcessA");
const started = new Sfs3Process(stack, "Downstream", { flow: downstream, entry: "src/downstream" });
new Sfs3Process(stack, "ProcessA", {
  flow: processA,
  entry: "src/steps",
  bucket: started.bucket,
  steps: { "step-f": { starts: { Downstream: started } } },
});
