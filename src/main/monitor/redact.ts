/** Takes out of texts and records what would tell others who and where somebody is, for files that are handed on. */
import { isIP } from 'node:net'
import { homedir, hostname } from 'node:os'
import { counted } from '../../shared/counted.ts'
import { hostClass } from '../../shared/reachability.ts'

/** What stands in for something that is left out. */
const GONE = '<redacted>'

const SECRET_KEY = /secret|password|token|webhook|authorization|privatekey|signature/i
const TAGS_KEY = /^tags$/i
const MULTIHASH =
  /\b(?:12D3KooW[1-9A-HJ-NP-Za-km-z]{44}|16Uiu2HA[1-9A-HJ-NP-Za-km-z]{45}|Qm[1-9A-HJ-NP-Za-km-z]{44}|baf[a-z2-7]{50,})\b/g
const LONG_HEX = /\b[0-9a-f]{32,}\b/gi
const LONG_TOKEN = /[A-Za-z0-9+_-]{40,}={0,2}/g
const FILE_URL = /\bfile:\/\/([^"'()]*)/g
/** A whole run of the characters of a scheme, be it one or not: a search from each of them would take quadratic time. */
const ANY_URL = /[a-z0-9+.-]+(?::\/\/[^"'<>]+)?/gi
const DNS_PART = /\/(dns[46]?|dnsaddr)\/[^/\s]+/g
const PORT_PART = /\/(tcp|udp)\/\d+/g
const BEFORE_NAME = /\b(?:ENOTFOUND|EAI_AGAIN)$/
const IP4 = /\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d+)?/g
const IP6 = /\[?(?<![\w:.])(?=[0-9a-f:.]*:[0-9a-f:.]*:)[0-9a-f:]+(?:\.\d{1,3}){0,3}(?:%\w+)?(?![\w:])\]?(?::\d+)?/gi
const HOME = /(?:\/home\/|\/Users\/|[A-Z]:\\+Users\\+)[^/\\\s"':]+/g

/** Longest word that is looked at, in characters: what patterns take is bounded, whatever a text is made of. */
const MAX_WORD = 4096
/** Deepest nesting of a value that is kept. */
const MAX_DEPTH = 32

/** A text without ids, addresses, names of machines and users, and URLs. Ids keep their ends, addresses their class. */
export function redactText(text: string): string {
  const own = hostname()
  const without = (where: string, what: string, instead: string): string =>
    what.length < 3 ? where : where.replaceAll(what, instead)
  const words = without(text, homedir(), '~').split(/(\s+)/)
  const placed = words
    .map((word, at) => (at > 1 && BEFORE_NAME.test(words[at - 2] ?? '') ? '<name>' : redactWord(word)))
    .join('')
  return own.includes('.') || own.length > 5 ? without(placed, own, '<host>') : placed
}

/** Whitespace is a word too. */
function redactWord(word: string): string {
  if (word.length > MAX_WORD) return word.trim() === '' ? ' ' : GONE
  return word
    .replace(FILE_URL, (_found, path: string) => `file:…/${path.slice(path.lastIndexOf('/') + 1)}`)
    .replace(ANY_URL, (found) => (found.includes('://') && !found.startsWith('file:') ? '<url>' : found))
    .replace(HOME, '~')
    .replace(MULTIHASH, (id) => `${id.slice(0, 6)}…${id.slice(-6)}`)
    .replace(LONG_HEX, (hex) => `${hex.slice(0, 8)}…`)
    .replace(DNS_PART, '/$1/<name>')
    .replace(IP4, (found) => classed(found, found.replace(/:\d+$/, '')))
    .replace(IP6, (found) => classed(found, found.replace(/^\[|\](?::\d+)?$/g, '').replace(/%\w+$/, '')))
    .replace(PORT_PART, '/$1')
    .replace(LONG_TOKEN, GONE)
}

/** The same for everything in a JSON value. Tags become their number, what is named as a secret goes. */
export function redact(value: unknown, key = '', depth = 0): unknown {
  if (value === null || value === undefined || typeof value === 'boolean' || typeof value === 'number') return value
  if (SECRET_KEY.test(key)) return GONE
  if (TAGS_KEY.test(key) && Array.isArray(value)) return counted(value.length, 'tag')
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || depth > MAX_DEPTH) return GONE
  if (Array.isArray(value)) return value.map((item) => redact(item, key, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [redactText(name), redact(item, name, depth + 1)]),
  )
}

function classed(found: string, host: string): string {
  const version = isIP(host)
  return version === 0 ? found : `<${hostClass(`/ip${version}/${host}`)}>`
}
