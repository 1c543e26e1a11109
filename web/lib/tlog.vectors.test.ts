/** The log's vectors that Python tests too: spec/vectors/log.json and proof.json. */
import { describe, expect, test } from "vitest";
import logVectors from "../../spec/vectors/log.json";
import proofVectors from "../../spec/vectors/proof.json";
import { bytesToHex, fromBase64, hexToBytes } from "./bytes";
import { parsePolicy, parseProof, rootFromPath, verifyProof } from "./tlog";

describe("the shared vectors of the log", () => {
  test.each(logVectors.inclusion)("place $index of $size leads to its root", ({ index, size, leaf, proof, root }) => {
    const reached = rootFromPath(index, size, hexToBytes(leaf), proof.map(hexToBytes));
    expect(reached && bytesToHex(reached)).toBe(root);
  });

  const policy = parsePolicy(proofVectors.policy);
  test.each(proofVectors.cases)("$name: holds is $ok", ({ proof, leaf_b64, ok }) => {
    const verify = (): unknown => verifyProof(parseProof(proof), policy, fromBase64(leaf_b64));
    if (ok) expect(verify).not.toThrow();
    else expect(verify).toThrow();
  });
});
