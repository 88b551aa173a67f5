import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonAnswer, jsonService } from "./answer.js";
import { type Front, openFront } from "./front.js";

let front: Front;
beforeAll(async () => {
  front = await openFront({
    port: 0,
    http: jsonService(async () => jsonAnswer(200, {}), { maxBodyBytes: 10, tooLargeCode: "TooLarge" }),
    mqtt: (stream) => stream.resume(),
    warn: () => {},
    allowedHosts: ["host.docker.internal", "box.example"],
  });
});
afterAll(() => front.close());

/** Sends a head as it is, `PORT` standing for the front's, and reads until the other side ends. */
function send(...lines: readonly string[]): Promise<string> {
  const head = `${lines.join("\r\n")}\r\nConnection: close\r\n\r\n`;
  const socket = connect(front.port, "127.0.0.1");
  socket.write(head.replaceAll("PORT", String(front.port)));
  return text(socket);
}

const status = async (...lines: readonly string[]) => Number((await send(...lines)).split(" ")[1]);

describe("a request without a Host", () => {
  test("is malformed in HTTP/1.1 and refused in HTTP/1.0", async () => {
    expect(await status("GET /x HTTP/1.1")).toBe(400);
    expect(await send("GET /x HTTP/1.0")).toMatch(/^HTTP\/1\.1 403 .*The Host header is missing/s);
  });
});

describe("the host", () => {
  test("is what the header says, not what the request line says", async () => {
    expect(await status("GET http://localhost:PORT/x HTTP/1.1", "Host: evil.example")).toBe(403);
  });

  test.each([
    "evil.example:PORT",
    "localhost",
    "127.0.0.1:80",
    "box.example.evil:PORT",
    "x.box.example",
    "user@localhost:PORT",
  ])("%s is refused, with the names that are not", async (host) => {
    const answer = await send("GET /x HTTP/1.1", `Host: ${host}`);

    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain(
      `localhost:${front.port}, <name>.localhost:${front.port}, host.docker.internal, box.example`,
    );
  });

  test.each(["sidecars.localhost:PORT", "[::1]:PORT", "host.docker.internal:PORT", "BOX.example", "box.example:8080"])(
    "%s is let in",
    async (host) => {
      expect(await status("GET /x HTTP/1.1", `Host: ${host}`)).toBe(200);
    },
  );
});

describe("a page", () => {
  const from = (...headers: readonly string[]) => status("GET /x HTTP/1.1", "Host: localhost:PORT", ...headers);

  test.each([
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://127.0.0.1.nip.io",
    "file://localhost",
    "chrome-extension://localhost",
  ])("of %s is refused", async (origin) => {
    expect(await from(`Origin: ${origin}`)).toBe(403);
  });

  test.each(["http://localhost:5173", "https://127.0.0.1", "http://box.example:3000"])(
    "of %s is let in",
    async (origin) => {
      expect(await from(`Origin: ${origin}`)).toBe(200);
    },
  );

  test("of another site cannot load pictures or scripts from here, which have no Origin", async () => {
    expect(await from("Sec-Fetch-Site: cross-site", "Sec-Fetch-Dest: script")).toBe(403);
    expect(await from("Sec-Fetch-Site: cross-site", "Sec-Fetch-Dest: image", "Referer: https://evil.example/")).toBe(
      403,
    );
    expect(await from("Sec-Fetch-Site: cross-site", "Sec-Fetch-Dest: iframe")).toBe(403);
  });

  test("of this machine can, be it under the other of its names, and a link can be followed from anywhere", async () => {
    expect(await from("Sec-Fetch-Site: cross-site", "Sec-Fetch-Dest: image", "Referer: http://127.0.0.1:5173/")).toBe(
      200,
    );
    expect(await from("Sec-Fetch-Site: same-site", "Sec-Fetch-Dest: script")).toBe(200);
    expect(await from("Sec-Fetch-Site: cross-site", "Sec-Fetch-Dest: document")).toBe(200);
  });

  test("of another site opens no WebSocket", async () => {
    const upgrade = (origin: string) =>
      status(
        "GET /mqtt HTTP/1.1",
        "Host: localhost:PORT",
        `Origin: ${origin}`,
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol: mqtt",
      );

    expect(await upgrade("https://evil.example")).toBe(403);
  });
});
