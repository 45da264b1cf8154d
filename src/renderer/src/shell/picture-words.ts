/** What is looked at in place of the network as it is now, in words. Pure. */
import { capital } from '../../../shared/capital.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { nickname } from '../../../shared/nickname.ts'
import { roughDuration, stalledThenWords } from '../../../shared/own-troubles.ts'
import type { Picture, PlayedFile, Then } from '../stores/picture-store.ts'
import { nameOf } from '../stores/stored-history.ts'
import { formatClock, formatCount, formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { endWords, nothingWords } from './nothing-words.ts'

type Played = Pick<PlayedFile, 'stored' | 'origin'>

/**
 * @param joined name of the network that is joined; null for none
 * @param played what is played: a history, or a shared moment
 * @param self who “we” are in the picture; null where it shows nobody as ourselves
 */
export function pictureWords(
  picture: Picture,
  joined: string | null,
  played: Played | null,
  self: PeerId | null = null,
): string {
  const text = strings.past
  if (picture.kind === 'stored') {
    const { moment, end = null } = played?.stored ?? {}
    const { at, loss } = picture
    const last =
      end === null || at !== moment?.to ? lossWords(at, loss) : [endWords(end, loss === null ? null : at - loss.at)]
    return [historyWords(picture, joined), ...stallWords(picture.stall), ...last].join(' ')
  }
  if (picture.kind === 'file') {
    const { title, at, loss, stall, nearest } = picture
    if (at === null) return text.file(title, strings.header.peers(formatCount(picture.here)))
    const shown = nearest === null ? text.fileAt(title, formatExact(at), peersOf(picture)) : text.fileNothing(title)
    return [
      shown,
      ...originWords(played, self),
      ...(nearest === null ? [] : [nothingWords(at, nearest)]),
      ...lossWords(at, loss),
      ...stallWords(stall),
    ].join(' ')
  }
  const { at, loss, stall, nearest } = picture
  const lines = [
    nearest === null ? text.past(formatExact(at), peersOf(picture)) : nothingWords(at, nearest),
    ...lossWords(at, loss),
    ...stallWords(stall),
    ...(nearest !== null ? [] : linksWords(picture)),
  ]
  return lines.join(' ')
}

/**
 * Of a shared moment: which network it is of, and who made it. It is signed by the identity of a data folder, and who looked on may have had another one for
 * that time (`--secret`).
 */
function originWords(played: Played | null, self: PeerId | null): readonly string[] {
  if (played?.origin === undefined) return []
  const { network, by } = played.origin
  const name = network === null ? null : nameOf(network, false, 0)
  if (name === null || by === null) return []
  const { origin, signedBy } = strings.past
  return [self === null || self === by ? origin(name, nickname(by)) : signedBy(name, nickname(by), nickname(self))]
}

/** As the header counts them. Once we had lost the network nobody is said to be here. */
function peersOf({ here, loss }: Pick<Then, 'here' | 'loss'>): string {
  const count = formatCount(here)
  return loss === null ? strings.header.here(count) : strings.header.peers(count)
}

/** Of older history links were stored now and then only. */
function linksWords({ at, edgesAt }: Then): readonly string[] {
  if (edgesAt === null) return [strings.past.noLinks]
  return edgesAt === at ? [] : [strings.past.links(formatClock(edgesAt))]
}

function lossWords(at: number, loss: Then['loss']): readonly string[] {
  return loss === null ? [] : [strings.past.lost(roughDuration(at - loss.at))]
}

function stallWords(stall: Then['stall']): readonly string[] {
  return stall === null ? [] : [`${capital(stalledThenWords(stall))}.`]
}

function historyWords(picture: Extract<Picture, { kind: 'stored' }>, joined: string | null): string {
  const { network, demo, at, nearest } = picture
  const text = strings.history
  const plain = nameOf(network, false, at)
  const name = demo ? text.theDemo(plain) : plain
  return [
    // Where nothing is joined the time axis says so.
    ...(joined === null ? [] : [text.notThis(joined)]),
    nearest === null ? text.shown(name, formatExact(at), peersOf(picture)) : text.nothingShown(name),
    ...(nearest === null ? [] : [nothingWords(at, nearest)]),
  ].join(' ')
}
