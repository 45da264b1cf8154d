/** A backed-up identity as text. */

/** The key in a text, of which only the last line that is one counts; null where none is. */
export function keyIn(text: string): string | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim().toLowerCase())
  return lines.findLast((line) => /^[0-9a-f]{64}$/.test(line)) ?? null
}

/** What a backup holds: for people who find it, what it is. */
export function backupText(peerId: string, secret: string, lines: readonly string[]): string {
  return `${[...lines.map((line) => `# ${line}`), `# ${peerId}`, secret].join('\n')}\n`
}
