import { isAbsolute } from "node:path";
import { lambdaError } from "./lambda-errors.js";

/** Where a handler lies. */
export interface HandlerLocation {
  /** Absolute path of the module. */
  readonly module: string;
  /** Property path to the handler inside the module's namespace, such as `["handler"]`. */
  readonly path: readonly string[];
}

/** Settings of a function. */
export interface FunctionOptions {
  /** `[A-Za-z0-9_-]{1,64}`. */
  readonly name: string;
  readonly handler: HandlerLocation;
  /** Environment variables. Functions with the same ones (and memory) share warm workers. Default: none. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Unit: seconds, integer, 1 to 900. Default: 3. */
  readonly timeoutSeconds?: number;
  /** Unit: MB, integer, 128 to 10,240; bounds the worker's heap. Default: 128. */
  readonly memoryMb?: number;
  /** Versions and aliases that callers may ask for; each leads to this one code. Default: only `$LATEST`. */
  readonly qualifiers?: readonly string[];
}

/** What {@link Lambda.updateFunction} changes; what it leaves out stays. */
export type FunctionUpdate = Partial<Omit<FunctionOptions, "name">>;

/** A function as it was created, defaults filled in. */
export interface FunctionDescription extends Required<FunctionOptions> {
  readonly functionArn: string;
  readonly lastModified: Date;
}

export interface FunctionRegistry {
  create(options: FunctionOptions): FunctionDescription;
  update(nameOrArn: string, update: FunctionUpdate): FunctionDescription;
  delete(nameOrArn: string): void;
  /** The function that a call means, by the ARN it is called by. @throws AwsError `ResourceNotFoundException` */
  resolve(nameOrArn: string, qualifier?: string): FunctionDescription;
  list(): readonly FunctionDescription[];
  /** The functions as they are now, whatever becomes of them. */
  snapshot(): Pick<FunctionRegistry, "resolve">;
}

interface Owner {
  readonly region: string;
  readonly accountId: string;
}

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const QUALIFIER = /^[A-Za-z0-9_-]{1,128}$/;
// A name, a partial ARN or an ARN, each with an optional qualifier, as the API reference of Invoke lists them.
const REFERENCE =
  /^(?:(?:arn:aws[a-z-]*:lambda:(?<region>[a-z0-9-]+):)?(?<account>\d{12}):function:)?(?<name>[A-Za-z0-9_-]+)(?::(?<qualifier>[A-Za-z0-9_$-]+))?$/;
const DEFAULTS = { environment: {}, timeoutSeconds: 3, memoryMb: 128, qualifiers: [] } as const;
const LATEST = "$LATEST";

export const functionArn = ({ region, accountId }: Owner, name: string): string =>
  `arn:aws:lambda:${region}:${accountId}:function:${name}`;

/** The functions of one account in one region. */
export function createFunctionRegistry({ region, accountId }: Owner): FunctionRegistry {
  const functions = new Map<string, FunctionDescription>();
  const arnOf = (name: string) => functionArn({ region, accountId }, name);

  type Resolve = FunctionRegistry["resolve"];
  const resolveAmong =
    (known: ReadonlyMap<string, FunctionDescription>): Resolve =>
    (nameOrArn, given) => {
      const reference = REFERENCE.exec(nameOrArn)?.groups;
      if (reference?.name === undefined) {
        throw lambdaError("ValidationException", `"${nameOrArn}" is neither a function's name nor its ARN.`);
      }
      const { name } = reference;
      const qualifier = given ?? reference.qualifier;
      if (reference.qualifier !== undefined && qualifier !== reference.qualifier) {
        const problem = "The derived qualifier from the function name does not match the specified qualifier.";
        throw lambdaError("InvalidParameterValueException", problem);
      }
      const isElsewhere = (reference.region ?? region) !== region || (reference.account ?? accountId) !== accountId;
      const askedArn = `${isElsewhere ? nameOrArn : arnOf(name)}${qualifier === undefined || isElsewhere ? "" : `:${qualifier}`}`;
      const found = isElsewhere ? undefined : known.get(name);
      if (found !== undefined && hasQualifier(found, qualifier)) return { ...found, functionArn: askedArn };
      throw lambdaError("ResourceNotFoundException", `Function not found: ${askedArn}`);
    };
  const resolve = resolveAmong(functions);

  const get = (nameOrArn: string): FunctionDescription => {
    const found = functions.get(resolve(nameOrArn).name);
    if (found === undefined) throw new Error(`${nameOrArn} was found and is gone`);
    return found;
  };

  return {
    create: (options) => {
      const description = { ...DEFAULTS, ...options, functionArn: arnOf(options.name), lastModified: new Date() };
      checkFunction(description);
      if (functions.has(options.name)) {
        throw lambdaError("ResourceConflictException", `Function already exist: ${options.name}`);
      }
      functions.set(options.name, description);
      return description;
    },
    update: (nameOrArn, update) => {
      const updated = { ...get(nameOrArn), ...update, lastModified: new Date() };
      checkFunction(updated);
      functions.set(updated.name, updated);
      return updated;
    },
    delete: (nameOrArn) => void functions.delete(get(nameOrArn).name),
    resolve,
    list: () => [...functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    snapshot: () => ({ resolve: resolveAmong(new Map(functions)) }),
  };
}

const hasQualifier = ({ qualifiers }: FunctionDescription, qualifier: string | undefined) =>
  qualifier === undefined || qualifier === LATEST || qualifiers.includes(qualifier);

function checkFunction({ name, handler, timeoutSeconds, memoryMb, qualifiers }: FunctionDescription): void {
  const problems = [
    !NAME.test(name) && "its name must match [A-Za-z0-9_-]{1,64}",
    !isAbsolute(handler.module) && `its module "${handler.module}" must be an absolute path`,
    handler.path.length === 0 && "its handler needs the name of an export",
    !qualifiers.every((qualifier) => QUALIFIER.test(qualifier)) && "its qualifiers must match [A-Za-z0-9_-]{1,128}",
    !isWithin(timeoutSeconds, 1, 900) && `its timeout must be 1 to 900 whole seconds, not ${timeoutSeconds}`,
    !isWithin(memoryMb, 128, 10_240) && `its memory must be 128 to 10240 whole MB, not ${memoryMb}`,
  ].filter((problem) => problem !== false);
  if (problems.length > 0) {
    throw lambdaError("InvalidParameterValueException", `Function "${name}": ${problems.join("; ")}.`);
  }
}

const isWithin = (value: number, min: number, max: number) => Number.isInteger(value) && value >= min && value <= max;
