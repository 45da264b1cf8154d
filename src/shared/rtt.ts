/** A round-trip time in milliseconds, with its unit: `0.4 ms`, `41 ms`, `1.2 s`. */
export function formatRtt(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`
}
