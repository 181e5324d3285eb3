/** A registry said no. `status` and `code` are its own (OCI distribution-spec, "Error Codes"). */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface ErrorBody {
  readonly errors?: readonly { readonly code?: string; readonly message?: string }[];
}

const parseBody = (text: string): ErrorBody => {
  try {
    return JSON.parse(text) as ErrorBody;
  } catch {
    // Something between us and the registry answered: its words are all there is to tell.
    return { errors: [{ message: text.slice(0, 200) }] };
  }
};

/** The response when its status is one of those expected; else the registry's error, thrown. */
export const expectStatus = async (response: Response, expected: readonly number[]): Promise<Response> => {
  if (expected.includes(response.status)) return response;
  const first = parseBody(await response.text()).errors?.[0];
  const code = first?.code ?? 'UNKNOWN';
  throw new RegistryError(
    response.status,
    code,
    `the registry answered ${response.status} ${code}: ${first?.message ?? 'no reason given'}`,
  );
};
