import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { processAStack } from "./stack.js";

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
processAStack(app);
