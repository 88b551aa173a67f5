import type { Json } from "../json.js";
import { FILTER_OPERATORS, type FilterOperator, type Operand } from "./filter-operator.js";
import { findIn } from "./path-evaluation.js";
import { parseSegments, unquote } from "./path-parser.js";
import type { Reader } from "./reader.js";
import type { Filter } from "./segment.js";

type OperandReader = (value: Json, root: Json) => Operand;

const OPERATOR = /===|!==|==|!=|<=|>=|=~|<|>|(?:in|nin|subsetof|anyof|noneof|size|empty|contains|all)\b/iy;
const LITERAL = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true\b|false\b|null\b/y;
const QUOTED = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/y;
// Only flags that leave the expression without a memory of its last match.
const REGULAR_EXPRESSION = /\/(?:[^/\\]|\\.)+\/[imsu]*/y;

/** Reads `(condition)`, the part of `[?(condition)]` after the question mark. */
export function parseFilter(reader: Reader): Filter {
  reader.skipSpace();
  reader.expect("(");
  const filter = parseOr(reader);
  reader.skipSpace();
  reader.expect(")");
  return filter;
}

function parseOr(reader: Reader): Filter {
  const conditions = parseOperands(reader, "||", parseAnd);
  return (value, root) => conditions.some((condition) => condition(value, root));
}

function parseAnd(reader: Reader): Filter {
  const conditions = parseOperands(reader, "&&", parseCondition);
  return (value, root) => conditions.every((condition) => condition(value, root));
}

function parseOperands(reader: Reader, operator: string, parse: (reader: Reader) => Filter): readonly Filter[] {
  const conditions = [parse(reader)];
  for (;;) {
    reader.skipSpace();
    if (!reader.take(operator)) return conditions;
    conditions.push(parse(reader));
  }
}

function parseCondition(reader: Reader): Filter {
  reader.skipSpace();
  if (reader.take("!")) {
    const condition = parseCondition(reader);
    return (value, root) => !condition(value, root);
  }
  if (reader.take("(")) {
    const condition = parseOr(reader);
    reader.skipSpace();
    reader.expect(")");
    return condition;
  }
  return parseComparison(reader);
}

function parseComparison(reader: Reader): Filter {
  const left = parseOperand(reader);
  reader.skipSpace();
  const name = reader.match(OPERATOR);
  if (name === undefined) return (value, root) => left(value, root) !== undefined;
  const compare: FilterOperator =
    FILTER_OPERATORS[name.toLowerCase()] ?? reader.fail(`the operator ${name} is not known`);
  const right = parseOperand(reader);
  return (value, root) => compare(left(value, root), right(value, root));
}

function parseOperand(reader: Reader): OperandReader {
  reader.skipSpace();
  if (reader.take("@")) return parseInnerPath(reader, (value) => value);
  if (reader.take("$")) return parseInnerPath(reader, (_value, root) => root);
  const regularExpression = reader.match(REGULAR_EXPRESSION);
  if (regularExpression !== undefined) return constant(compileRegularExpression(reader, regularExpression));
  return constant(parseLiteral(reader));
}

const constant =
  (operand: Operand): OperandReader =>
  () =>
    operand;

function parseInnerPath(reader: Reader, start: (value: Json, root: Json) => Json): OperandReader {
  const find = findIn(parseSegments(reader, { embedded: true }));
  return (value, root) => find(start(value, root), root);
}

function parseLiteral(reader: Reader): Json {
  if (reader.take("[")) return parseListLiteral(reader);
  const quoted = reader.match(QUOTED);
  if (quoted !== undefined) return unquote(quoted);
  return JSON.parse(reader.match(LITERAL) ?? reader.fail("a path or a literal is expected"));
}

function parseListLiteral(reader: Reader): Json {
  const items: Json[] = [];
  for (;;) {
    reader.skipSpace();
    if (reader.take("]")) return items;
    if (items.length > 0) reader.expect(",");
    reader.skipSpace();
    items.push(parseLiteral(reader));
  }
}

/** The whole value must match, as Java's `matches` has it. */
function compileRegularExpression(reader: Reader, text: string): RegExp {
  const end = text.lastIndexOf("/");
  try {
    return new RegExp(`^(?:${text.slice(1, end)})$`, text.slice(end + 1));
  } catch (error) {
    throw new Error(`${text} is not a regular expression in ${reader.text}`, { cause: error });
  }
}
