import { LiveElement } from "./define";

type Described = { id: string; type: "public-key"; transports?: AuthenticatorTransport[] };
type Creation = Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> & {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: Described[];
};
type Request = Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & {
  challenge: string;
  allowCredentials?: Described[];
};

/** Fills the form's `credential` by asking the device for a passkey, then sends it.
 *
 * `data-verb`: create or get. The question comes with the page in `data-options`, or from the address `data-from` when
 * the button is pressed. `data-failed` is said when the device or its owner says no, `data-unable` where none can answer.
 */
export class VgPasskey extends LiveElement {
  protected connected(signal: AbortSignal): void {
    const form = this.querySelector("form");
    form?.addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        void this.#ask(form);
      },
      { signal },
    );
  }

  async #ask(form: HTMLFormElement): Promise<void> {
    const voice = this.querySelector('[role="status"]');
    const field = form.elements.namedItem("credential");
    if (!(field instanceof HTMLInputElement)) return;
    if (!("PublicKeyCredential" in window)) {
      if (voice) voice.textContent = this.dataset.unable ?? "";
      return;
    }
    try {
      const options = await this.#options();
      const found =
        this.dataset.verb === "create"
          ? await navigator.credentials.create({ publicKey: creation(options as Creation) })
          : await navigator.credentials.get({ publicKey: request(options as Request) });
      field.value = JSON.stringify(told(found as PublicKeyCredential));
      form.submit();
    } catch {
      if (voice) voice.textContent = this.dataset.failed ?? "";
    }
  }

  async #options(): Promise<Creation | Request> {
    const { from, options } = this.dataset;
    const whole: unknown = from ? await (await fetch(from)).json() : JSON.parse(options ?? "");
    return (whole as { publicKey: Creation | Request }).publicKey;
  }
}

const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const text = (buffer: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const described = (one: Described): PublicKeyCredentialDescriptor => ({ ...one, id: bytes(one.id) });

function creation(from: Creation): PublicKeyCredentialCreationOptions {
  return {
    ...from,
    challenge: bytes(from.challenge),
    user: { ...from.user, id: bytes(from.user.id) },
    excludeCredentials: (from.excludeCredentials ?? []).map(described),
  };
}

function request(from: Request): PublicKeyCredentialRequestOptions {
  return {
    ...from,
    challenge: bytes(from.challenge),
    allowCredentials: (from.allowCredentials ?? []).map(described),
  };
}

/** What the server reads. Browsers have `toJSON` for it, but not all, and not the keys that extensions lend. */
function told(one: PublicKeyCredential): object {
  const answer = one.response;
  const parts: [string, ArrayBuffer | null | undefined][] = [["clientDataJSON", answer.clientDataJSON]];
  if ("attestationObject" in answer) {
    parts.push(["attestationObject", (answer as AuthenticatorAttestationResponse).attestationObject]);
  } else {
    const { authenticatorData, signature, userHandle } = answer as AuthenticatorAssertionResponse;
    parts.push(["authenticatorData", authenticatorData], ["signature", signature], ["userHandle", userHandle]);
  }
  const response = Object.fromEntries(parts.flatMap(([name, value]) => (value ? [[name, text(value)]] : [])));
  return {
    id: one.id,
    rawId: text(one.rawId),
    type: one.type,
    clientExtensionResults: one.getClientExtensionResults(),
    response,
  };
}
