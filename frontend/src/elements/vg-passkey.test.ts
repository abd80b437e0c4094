import { beforeEach, expect, test, vi } from "vitest";

import { define } from "./define";
import { put } from "./testing";
import { VgPasskey } from "./vg-passkey";

define("vg-passkey", VgPasskey);

const buffer = (...numbers: number[]): ArrayBuffer => Uint8Array.from(numbers).buffer;
const create = vi.fn();
const get = vi.fn();
const submit = vi.fn();

const OPTIONS = {
  publicKey: { challenge: "_-8", rp: { name: "Vigie" }, user: { id: "MQ", name: "a", displayName: "a" }, pubKeyCredParams: [] },
};

function page(attributes: string): void {
  put(`<vg-passkey ${attributes} data-failed="No key was shown." data-unable="This browser has none.">
    <form><input type="hidden" name="credential"><button>Go</button></form><p role="status"></p></vg-passkey>`);
  Object.defineProperty(document.querySelector("form"), "submit", { value: submit });
}

const press = async (): Promise<void> => {
  document.querySelector("form")?.dispatchEvent(new Event("submit", { cancelable: true }));
  await new Promise((done) => setTimeout(done));
};
const field = (): string => document.querySelector("input")?.value ?? "";
const voice = (): string | null | undefined => document.querySelector("[role=status]")?.textContent;

beforeEach(() => {
  for (const one of [create, get, submit]) one.mockReset();
  Object.defineProperty(window, "PublicKeyCredential", { value: class {}, configurable: true });
  Object.defineProperty(navigator, "credentials", { value: { create, get }, configurable: true });
});

test("a new key is asked of the device, and sent in letters", async () => {
  page(`data-verb="create" data-options='${JSON.stringify(OPTIONS)}'`);
  create.mockResolvedValue({
    id: "_w",
    rawId: buffer(255),
    type: "public-key",
    getClientExtensionResults: () => ({ credProps: { rk: true } }),
    response: { clientDataJSON: buffer(1), attestationObject: buffer(2) },
  });
  await press();
  expect(create.mock.calls[0]?.[0].publicKey.challenge).toEqual(Uint8Array.from([255, 239]));
  expect(JSON.parse(field())).toEqual({
    id: "_w",
    rawId: "_w",
    type: "public-key",
    clientExtensionResults: { credProps: { rk: true } },
    response: { clientDataJSON: "AQ", attestationObject: "Ag" },
  });
  expect(submit).toHaveBeenCalledOnce();
});

test("a key is shown to a question that the server was asked for", async () => {
  page('data-verb="get" data-from="/sign-in/passkey/"');
  vi.stubGlobal("fetch", vi.fn().mockResolvedValue({ json: () => Promise.resolve(OPTIONS) }));
  get.mockResolvedValue({
    id: "AA",
    rawId: buffer(0),
    type: "public-key",
    getClientExtensionResults: () => ({}),
    response: { clientDataJSON: buffer(1), authenticatorData: buffer(2), signature: buffer(3), userHandle: null },
  });
  await press();
  expect(JSON.parse(field()).response).toEqual({ clientDataJSON: "AQ", authenticatorData: "Ag", signature: "Aw" });
  expect(submit).toHaveBeenCalledOnce();
});

test("who says no to the device reads so, and nothing is sent", async () => {
  page(`data-verb="create" data-options='${JSON.stringify(OPTIONS)}'`);
  create.mockRejectedValue(new Error("NotAllowedError"));
  await press();
  expect(voice()).toBe("No key was shown.");
  expect(submit).not.toHaveBeenCalled();
});

test("a browser that knows no passkeys says so", async () => {
  Reflect.deleteProperty(window, "PublicKeyCredential");
  page(`data-verb="create" data-options='${JSON.stringify(OPTIONS)}'`);
  await press();
  expect(voice()).toBe("This browser has none.");
  expect(submit).not.toHaveBeenCalled();
});
