import { Autocomplete } from '@mantine/core'
import type { RefObject } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import { peerIdFromAnyForm } from '../../../shared/peer-form.ts'
import { found, searchWords } from '../peers/filter.ts'
import { useApp, useCompare, useFiles, useForms, useNotes, usePeers, usePicture } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import type { PictureSide } from './compare-store.ts'
import { pictureName } from './moment-side.ts'
import { narrowed, readPicture } from './read-picture.ts'
import { useShownPeers } from './use-shown-peers.ts'
import { useSideField } from './use-side-field.ts'

/** Peers that are offered. */
const OFFERED = 12
/** Characters of what was typed that an error repeats. */
const LONG = 60

/** One of two peers, by name, id or tag. */
export function PeerPicker(props: {
  readonly index: 0 | 1
  readonly peerId: PeerId | null
  /** The other side: not offered. */
  readonly other: PeerId | null
  readonly onPick: (peerId: PeerId) => void
  readonly field: RefObject<HTMLInputElement | null>
}) {
  const { index, peerId, other, onPick, field } = props
  const { notes } = useApp()
  const peers = useShownPeers()
  const forms = useForms()
  useNotes((state) => state.notes)
  usePeers((state) => state.structRev)
  const none = useCompare((state) => state.peers[0] === null)
  const labelOf = (id: PeerId): string => `${notes.nameOf(id)} · ${forms.short(id)}`
  const text = strings.compare
  const offeredFor = (typed: string): ReadonlyMap<string, PeerId> => {
    const words = searchWords(typed)
    const offered = new Map<string, PeerId>()
    for (const row of peers.getState().peers.values()) {
      if (offered.size === OFFERED) break
      if (row.peerId !== other && found(row, words, notes.fields)) offered.set(labelOf(row.peerId), row.peerId)
    }
    return offered
  }
  const side = useSideField('peers', index, peerId, take, true)
  const offered = side.typed === null ? new Map<string, PeerId>() : offeredFor(side.typed)
  function take(typed: string, option: string | null): string | null {
    const chosen = option === null ? undefined : offered.get(option)
    const [first] = offeredFor(typed).values()
    const picked = chosen ?? peerIdFromAnyForm(typed.trim()) ?? first ?? null
    if (picked === null) return text.noPeerOf(typed.trim().slice(0, LONG))
    if (picked === other) return text.samePeer
    onPick(picked)
    return null
  }
  return (
    <Autocomplete
      ref={field}
      label={text.peer(text.sides[index])}
      placeholder={text.peerHint}
      size="sm"
      data={[...offered.keys()]}
      // Chosen above, by more than their labels.
      filter={({ options }) => options}
      selectFirstOptionOnChange
      value={side.shown ?? (peerId === null ? '' : labelOf(peerId))}
      {...side.props}
      data-wrong={wrongMark(side.props.error, index)}
      data-autofocus={peerId === null && (index === 0 || !none) ? true : undefined}
    />
  )
}

/** One of two moments or files: a time that is typed, now, or a snapshot that was opened. */
export function PicturePicker(props: {
  readonly index: 0 | 1
  readonly side: PictureSide | null
  readonly onPick: (side: PictureSide) => void
  readonly field: RefObject<HTMLInputElement | null>
}) {
  const { index, side, onPick, field } = props
  const opened = useFiles((state) => state.opened)
  const played = usePicture((state) => state.played)
  const text = strings.compare
  const files = new Map<string, PictureSide>(
    opened.map(({ file, name }) => [name, { kind: 'file', file, name, at: null }]),
  )
  const { typed, shown, props: fieldProps } = useSideField('pictures', index, side, take, false)
  function take(value: string, option: string | null): string | null {
    const { picked, problem } = readPicture(option ?? value, files, played)
    if (picked !== null) onPick(picked)
    return problem
  }
  const listed = narrowed(typed ?? '', text.offered, files.keys())
  // Marked where Enter takes it: a time is taken as it is typed, not the first that is offered.
  const meant = typed === null ? null : readPicture(typed, files, played).picked
  const isFile = meant !== null && [...files.values()].includes(meant)
  return (
    <Autocomplete
      ref={field}
      label={text.picture(text.sides[index])}
      placeholder={text.pictureHint}
      size="sm"
      data={[...listed]}
      filter={({ options }) => options}
      selectFirstOptionOnChange={isFile}
      value={shown ?? (side === null ? '' : pictureName(side, played))}
      {...fieldProps}
      data-wrong={wrongMark(fieldProps.error, index)}
      data-autofocus={side === null ? true : undefined}
    />
  )
}

/** Tells `restoreFocused` which side's field has something wrong in it. */
function wrongMark(error: unknown, index: 0 | 1): number | undefined {
  return error === null ? undefined : index
}
