/** A file name from a network's name: letters, digits, dots and dashes. */
export function exportName(network: string, at: Date): string {
  const safe = network.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 60)
  return `peerscope-${safe}-${at.toISOString().slice(0, 19).replace(/[T:]/g, '-')}.json`
}
