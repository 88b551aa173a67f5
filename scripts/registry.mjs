import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename } from "node:path";

/**
 * A registry that knows the packages of these tarballs, so that a package manager installs them as if they were
 * published, whichever of them needs which.
 */
export async function serveRegistry(tarballs) {
  const server = createServer((request, response) => {
    const name = decodeURIComponent(request.url.slice(1));
    const { status, type, body } = answer(name, `http://${request.headers.host}`);
    response.writeHead(status, { "content-type": type }).end(body);
  });
  const packages = new Map(tarballs.map(read).map((known) => [known.manifest.name, known]));
  const answer = (name, url) => {
    const tarball = tarballs.find((path) => basename(path) === name);
    if (tarball !== undefined) return { status: 200, type: "application/octet-stream", body: readFileSync(tarball) };
    const known = packages.get(name);
    const type = "application/json";
    if (known === undefined) return { status: 404, type, body: JSON.stringify({ error: `${name} is not here` }) };
    return { status: 200, type, body: JSON.stringify(document(known, url)) };
  };
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

/** What a tarball says of itself. */
function read(tarball) {
  const manifest = JSON.parse(execFileSync("tar", ["-xzOf", tarball, "package/package.json"], { encoding: "utf8" }));
  const integrity = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
  return { manifest, integrity, file: basename(tarball) };
}

/** Source: npm's "Package metadata", the full form. */
function document({ manifest, integrity, file }, url) {
  const { name, version } = manifest;
  const dist = { tarball: `${url}/${file}`, integrity };
  return { name, "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } };
}
