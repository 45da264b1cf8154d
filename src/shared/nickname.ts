import { ADJECTIVES, NOUNS } from './nickname-words.ts'
import { RecentMap } from './recent-map.ts'

/** Colours that nicknames carry, as hue in degrees; well apart from one another. */
const HUES = [8, 32, 52, 88, 140, 168, 190, 210, 232, 262, 292, 328] as const

/** FNV-1a over the text, 32 bits, mixed once more so that its low bits are good too. */
function hash(text: string, seed: number): number {
  let value = 0x811c9dc5 ^ seed
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return (value ^ (value >>> 13)) >>> 0
}

/** Bounded, so that days of churn do not grow the memory. A filter asks for all names in turn: fewer than all are none. */
const known = new RecentMap<string, string>(16_384, 65_536)

/** The two-word name of a peer, always the same for an id: `calm otter`. Not unique: it stands beside the short id. */
export function nickname(peerId: string): string {
  const found = known.get(peerId)
  if (found !== undefined) return found
  const name = nicknameOnce(peerId)
  known.set(peerId, name)
  return name
}

/** The same, for an id that is not asked about again soon: it is not remembered. */
export function nicknameOnce(peerId: string): string {
  const first = ADJECTIVES[hash(peerId, 1) % ADJECTIVES.length] ?? ''
  const second = NOUNS[hash(peerId, 2) % NOUNS.length] ?? ''
  return `${first} ${second}`
}

const FIRST: ReadonlySet<string> = new Set(ADJECTIVES)
const SECOND: ReadonlySet<string> = new Set(NOUNS)

/** Whether a text begins with the nickname of some peer. */
export function beginsWithNickname(text: string): boolean {
  const [, first = '', second = ''] = /^([a-z]+) ([a-z]+)\b/.exec(text) ?? []
  return FIRST.has(first) && SECOND.has(second)
}

/** The hue of a peer's mark, in degrees. */
export function nicknameHue(peerId: string): number {
  return HUES[hash(peerId, 3) % HUES.length] ?? 210
}
