/** A JSONata expression as ASL writes it. */
export const jsonata = (expression: string): string => `{% ${expression} %}`;

/** A text as a JSONata literal. */
export const text = (value: string): string => JSON.stringify(value);

/** The payload as it came in: what most states hand on. */
export const INPUT = jsonata("$states.input");
