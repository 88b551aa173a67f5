import { InvalidDefinitionError } from "./errors.js";
import type { Fields } from "./fields.js";
import { createJsonataCompiler, type JsonataCompiler } from "./jsonata/expression.js";
import { jsonataLanguage } from "./jsonata/language.js";
import { jsonpathLanguage } from "./jsonpath/language.js";
import { QUERY_LANGUAGES, type QueryLanguage, type QueryLanguageName } from "./query-language.js";
import type { Sequence } from "./state.js";
import type { ResolveTask } from "./task-resource.js";

/** What the states of one machine share while they are compiled. */
export interface Compilation {
  readonly resolveTask: ResolveTask;
  /** The language of a state: its own `QueryLanguage`, or the machine's. */
  languageOf(fields: Fields): QueryLanguage;
  /** Refuses a name that another state of the machine has, at whatever depth. */
  declareState(name: string, path: string): void;
  /** Compiles the sequence of a branch or an item processor, in a variable scope of its own. */
  innerSequence(fields: Fields): Sequence;
}

type CompileSequence = (fields: Fields, compilation: Compilation) => Sequence;

interface CompilationOptions {
  readonly resolveTask: ResolveTask;
  /** Passed in, because the states it compiles compile sequences in turn. */
  readonly compileSequence: CompileSequence;
  /** The machine's `QueryLanguage`. */
  readonly defaultLanguage: QueryLanguageName;
}

export function startCompilation(options: CompilationOptions): Compilation {
  return compilationScope({ ...options, jsonata: createJsonataCompiler(), stateNames: new Set() }, []);
}

interface Shared extends CompilationOptions {
  readonly jsonata: JsonataCompiler;
  readonly stateNames: Set<string>;
}

interface VariableScope {
  /** Where each variable of this scope is assigned. */
  readonly own: Map<string, string>;
  /** Where each variable of the scopes inside is assigned. */
  readonly inside: Map<string, string>;
}

function compilationScope(shared: Shared, outer: readonly VariableScope[]): Compilation {
  const scope: VariableScope = { own: new Map(), inside: new Map() };
  const declareVariable = (name: string, path: string) => {
    const clash = scope.inside.get(name) ?? outer.map(({ own }) => own.get(name)).find(Boolean);
    if (clash !== undefined) {
      throw new InvalidDefinitionError(
        `VARIABLE_SCOPE: "${name}" is assigned in an outer and in an inner scope (${clash})`,
        path,
      );
    }
    scope.own.set(name, path);
    for (const { inside } of outer) inside.set(name, path);
  };
  const languages: Readonly<Record<QueryLanguageName, QueryLanguage>> = {
    JSONata: jsonataLanguage(shared.jsonata, declareVariable),
    JSONPath: jsonpathLanguage(declareVariable),
  };
  return {
    resolveTask: shared.resolveTask,
    languageOf: (fields) => languages[languageName(fields, shared.defaultLanguage)],
    declareState: (name, path) => {
      if (shared.stateNames.has(name))
        throw new InvalidDefinitionError(`DUPLICATE_STATE_NAME: duplicate state name "${name}"`, path);
      shared.stateNames.add(name);
    },
    innerSequence: (fields) => shared.compileSequence(fields, compilationScope(shared, [...outer, scope])),
  };
}

function languageName(fields: Fields, machine: QueryLanguageName): QueryLanguageName {
  const own = fields.optionalOneOf("QueryLanguage", QUERY_LANGUAGES);
  if (own === "JSONPath" && machine === "JSONata") {
    fields.refuse("QueryLanguage", "a state of a JSONata machine cannot use JSONPath");
  }
  return own ?? machine;
}
