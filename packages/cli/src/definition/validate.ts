import { createRequire } from "node:module";
import { TextDocument } from "vscode-languageserver-textdocument";

/** What a validator found wrong with a definition. */
export interface ValidationIssue {
  readonly validator: "asl-validator" | "amazon-states-language-service";
  readonly message: string;
}

// Both are CommonJS; the first ships no types, the types of the second lean on a package that it does not expose.
const require = createRequire(import.meta.url);

type AslValidator = (definition: unknown) => {
  readonly isValid: boolean;
  readonly errors: readonly { readonly Message?: string; readonly message?: string; readonly path?: string }[];
};

interface LanguageServer {
  getLanguageService(options: object): {
    parseJSONDocument(document: TextDocument): unknown;
    doValidation(document: TextDocument, parsed: unknown, settings: object): Promise<readonly Diagnostic[]>;
  };
}

interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number } };
}

/** Judges a definition with asl-validator and with AWS's own language server; loaded only here, for they are large. */
export async function validateDefinition(rendered: string): Promise<readonly ValidationIssue[]> {
  return [...validateWithAslValidator(rendered), ...(await validateWithLanguageServer(rendered))];
}

function validateWithAslValidator(rendered: string): readonly ValidationIssue[] {
  const validate: AslValidator = require("asl-validator");
  const { isValid, errors } = validate(JSON.parse(rendered));
  if (isValid) return [];
  return errors.map((error) => ({
    validator: "asl-validator",
    message: [error.path, error.Message ?? error.message ?? JSON.stringify(error)].filter(Boolean).join(": "),
  }));
}

async function validateWithLanguageServer(rendered: string): Promise<readonly ValidationIssue[]> {
  const { getLanguageService }: LanguageServer = require("amazon-states-language-service");
  const service = getLanguageService({});
  const document = TextDocument.create("definition.asl.json", "json", 1, rendered);
  const diagnostics = await service.doValidation(document, service.parseJSONDocument(document), {});
  return diagnostics.map(({ message, range }) => ({
    validator: "amazon-states-language-service",
    message: `line ${range.start.line + 1}: ${message}`,
  }));
}
