/** Puts text between the marks of a name: `<!-- bench: step -->` and `<!-- /bench: step -->`, each on a line of its own. */
export function replaceBetweenMarks(page, name, text) {
  const [open, close] = [`<!-- bench: ${name} -->\n`, `<!-- /bench: ${name} -->`];
  const start = page.indexOf(open);
  const end = page.indexOf(close, start);
  if (start === -1 || end === -1) {
    throw new Error(`The page has no '${open.trim()}' with a '${close}' after it: write both where the table belongs.`);
  }
  return `${page.slice(0, start + open.length)}\n${text}\n\n${page.slice(end)}`;
}
