/** What is looked at in place of the network as it is now, in words. Pure. */
import type { StoredNetwork } from '../../../shared/contract.ts'
import { roughDuration } from '../../../shared/own-troubles.ts'
import type { Picture, Then } from '../stores/picture-store.ts'
import { nameOf } from '../stores/stored-history.ts'
import { formatClock, formatCount, formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { endWords, nothingWords } from './nothing-words.ts'

/** @param joined name of the network that is joined; null for none. @param stored the network whose history is played */
export function pictureWords(picture: Picture, joined: string | null, stored: StoredNetwork | null): string {
  const text = strings.past
  if (picture.kind === 'stored') {
    const { moment, end = null } = stored ?? {}
    const ended = end === null || picture.at !== moment?.to ? [] : [endWords(end)]
    return [historyWords(picture, joined), ...ended].join(' ')
  }
  if (picture.kind === 'file') {
    const { title, at, loss, nearest } = picture
    if (at === null) return text.file(title, strings.header.peers(formatCount(picture.here)))
    const shown = nearest === null ? text.fileAt(title, formatExact(at), peersOf(picture)) : text.fileNothing(title)
    return [shown, ...(nearest === null ? [] : [nothingWords(at, nearest)]), ...lossWords(at, loss)].join(' ')
  }
  const { at, loss, nearest } = picture
  const lines = [
    nearest === null ? text.past(formatExact(at), peersOf(picture)) : nothingWords(at, nearest),
    ...lossWords(at, loss),
    ...(nearest !== null ? [] : linksWords(picture)),
  ]
  return lines.join(' ')
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
    ...lossWords(picture.at, picture.loss),
  ].join(' ')
}
