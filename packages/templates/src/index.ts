export type { ImportView, NamedImport } from "./import-view.js";
export { firstStepView, type ProcessView, processView } from "./process-view.js";
export { type Deployment, type PackageManagerCommands, type ProjectOptions, projectView } from "./project-view.js";
export { renderTemplate, type TemplateFile } from "./render-template.js";
export { type StepDescription, type StepRead, type StepView, stepNames, stepView } from "./step-view.js";
export { TemplateError } from "./template-error.js";
export type { View } from "./view.js";
