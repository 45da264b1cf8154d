/** Milliseconds, as for `expect.poll` (vitest.config.ts). */
const LIMIT_MS = 10_000

/** Options of a wait that is given up after ten seconds, unless they say otherwise. */
export function patiently<Options extends { readonly timeout?: number }>(
  options?: number | Options,
): number | (Options & { readonly timeout: number }) {
  return typeof options === 'number' ? options : ({ timeout: LIMIT_MS, ...options } as Options & { timeout: number })
}
