import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename } from "node:path";

const onWindows = process.platform === "win32";

/**
 * A registry in which the packages of these tarballs are published; for all others it sends to the one that npm uses
 * here. So a package manager installs them as a user's does, whichever of them needs which.
 */
export async function serveRegistry(tarballs) {
  const upstream = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8", shell: onWindows }).trim();
  const packages = new Map(tarballs.map(read).map((known) => [known.manifest.name, known]));
  const server = createServer(({ url, headers }, response) => {
    const name = decodeURIComponent(url.slice(1));
    const tarball = tarballs.find((path) => basename(path) === name);
    const known = packages.get(name);
    if (tarball !== undefined) response.end(readFileSync(tarball));
    else if (known !== undefined) response.end(JSON.stringify(document(known, `http://${headers.host}`)));
    else response.writeHead(302, { location: new URL(url.slice(1), upstream).href }).end();
  });
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
