import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resultXml } from "./xml.js";
import { readXml } from "./xml-reader.js";

describe("a request document", () => {
  test("is read into elements and text", () => {
    const document = `<?xml version="1.0" encoding="UTF-8"?>
      <Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Quiet>true</Quiet><Object><Key>a &amp; b&#x20;&#99;</Key></Object><Empty/>
      </Delete>`;

    expect(readXml(document)).toEqual({
      name: "Delete",
      text: "",
      children: [
        { name: "Quiet", text: "true", children: [] },
        { name: "Object", text: "", children: [{ name: "Key", text: "a & b c", children: [] }] },
        { name: "Empty", text: "", children: [] },
      ],
    });
  });

  test("gives back any text that the writer escaped", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(readXml(resultXml("Key", text)).text).toBe(text);
      }),
    );
  });

  test.each([
    ["nothing", ""],
    ["text alone", "hello"],
    ["an element that is not closed", "<a><b></b>"],
    ["elements that overlap", "<a><b></a></b>"],
    ["two roots", "<a/><b/>"],
    ["text beside elements", "<a>text<b/></a>"],
    ["a document type", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ["an unknown entity", "<a>&x;</a>"],
    ["a lone ampersand", "<a>b & c</a>"],
    ["a reference to a surrogate", "<a>&#xD800;</a>"],
    ["a reference beyond Unicode", "<a>&#x110000;</a>"],
    ["a comment", "<a><!-- b --></a>"],
    ["a CDATA section", "<a><![CDATA[b]]></a>"],
    ["an attribute without quotes", "<a b=c/>"],
    ["elements nested too deep", "<a>".repeat(50) + "</a>".repeat(50)],
    ["a closing tag with nothing open", "</a>"],
  ])("of %s is MalformedXML", (_what, document) => {
    expect(() => readXml(document)).toThrow(expect.objectContaining({ code: "MalformedXML" }));
  });

  test("of a megabyte of open brackets is refused at once", () => {
    expect(() => readXml("<".repeat(1024 * 1024))).toThrow(expect.objectContaining({ code: "MalformedXML" }));
    expect(() => readXml(`<a${" b".repeat(500_000)}`)).toThrow(expect.objectContaining({ code: "MalformedXML" }));
  });
});
