/** Bootstrap addresses of mosaik networks as they are typed: `<64 hex digits>@1.2.3.4:4433`. */
import { isIrohTicket, normalRelayUrl, parseIrohTarget } from '../../../shared/iroh-bootstrap.ts'
import { parseIp4, parseIp6 } from '../../../shared/ip.ts'
import { peerIdFromAnyForm } from '../../../shared/peer-form.ts'
import { describeFailure, sentence } from '../ui/errors.ts'
import { formsOf } from '../../../shared/forms.ts'
import { strings } from '../ui/strings.ts'
import type { AddressLine } from './join-form.ts'

/** An address as entries have it, with the peer's id behind it. */
const MULTIADDR = /^(\/.+)\/p2p\/([^/]+)$/

const wrong = strings.field.mosaik

/**
 * Reads one line, whose number counts from 1. Where several places of a peer are given, commas stand between them. A multiaddr
 * with `/p2p/…` and iroh's own tickets are taken too. The engine has the last word: this says which part is wrong.
 */
export function readMosaikAddress(text: string, line: number): AddressLine {
  if (isIrohTicket(text)) return { address: text }
  if (text.startsWith('/')) return readMultiaddr(text, line)
  const at = text.indexOf('@')
  const id = (at < 0 ? text : text.slice(0, at)).trim()
  const known = peerIdFromAnyForm(id) !== null
  if (at < 0) return { error: known ? wrong.noPlace(line) : wrong.form(line, text.slice(0, 40)) }
  if (!known) return { error: idError(id, line) }
  for (const place of text.slice(at + 1).split(',')) {
    const error = placeError(place.trim(), line)
    if (error !== null) return { error }
  }
  return asEngineReads(text, line)
}

function readMultiaddr(text: string, line: number): AddressLine {
  const [, place = '', id = ''] = MULTIADDR.exec(text) ?? []
  if (/\/tcp\//.test(text)) return { error: wrong.tcp(line) }
  if (place === '') return { error: wrong.noId(line) }
  const peerId = peerIdFromAnyForm(id)
  if (peerId === null) return { error: idError(id, line) }
  const { address, target } = formsOf('mosaik')
  if (address(place) === place) return { error: wrong.form(line, text.slice(0, 40)) }
  return asEngineReads(target(place, peerId), line)
}

/** The same rules as the engine's, which may know of more that is wrong. */
function asEngineReads(text: string, line: number): AddressLine {
  try {
    parseIrohTarget(text)
    return { address: text }
  } catch (thrown) {
    return { error: wrong.engine(line, sentence(describeFailure(thrown).message)) }
  }
}

/** What is wrong with what stands behind the @; null where nothing is. */
function placeError(place: string, line: number): string | null {
  if (place === '') return wrong.noPlace(line)
  if (/^[a-z]+:\/\//i.test(place)) return normalRelayUrl(place) === null ? wrong.relay(line, place.slice(0, 80)) : null
  const ip6 = /^\[([^\]]*)\](?::(.*))?$/.exec(place)
  if (ip6 === null && parseIp6(place) !== null) return wrong.brackets(line, place)
  const cut = place.lastIndexOf(':')
  const host = ip6 === null ? (cut < 0 ? place : place.slice(0, cut)) : (ip6[1] ?? '')
  const port = ip6 === null ? (cut < 0 ? '' : place.slice(cut + 1)) : (ip6[2] ?? '')
  if ((ip6 === null ? parseIp4(host) : parseIp6(host)) === null)
    return isName(host) ? wrong.name(line, host) : wrong.host(line, host)
  if (port === '') return wrong.noPort(line)
  return /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) <= 65_535 ? null : wrong.port(line)
}

function isName(host: string): boolean {
  return /^[\w-]+(\.[\w-]+)*$/.test(host) && /[a-z]/i.test(host)
}

/** What is wrong with an id. */
function idError(text: string, line: number): string {
  return /^[0-9a-f]*$/i.test(text) ? wrong.idLength(line, text.length) : wrong.id(line, text.slice(0, 24))
}

/** Whether a typed address leads through a relay alone. */
export function onlyByRelay(address: string): boolean {
  const at = address.indexOf('@')
  return (
    at >= 0 &&
    address
      .slice(at + 1)
      .split(',')
      .every((place) => /^https?:\/\//i.test(place.trim()))
  )
}

/** An address that the engine keeps, as it is typed; as it is where it is in no form that we know. */
export function typedMosaikAddress(address: string): string {
  const [, place, id] = MULTIADDR.exec(address) ?? []
  const peerId = id === undefined ? null : peerIdFromAnyForm(id)
  return place === undefined || peerId === null ? address : formsOf('mosaik').target(place, peerId)
}
